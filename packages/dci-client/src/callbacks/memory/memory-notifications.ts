import type { NotificationStore, StoredEvent } from '../notifications.ts';
import { keyOf, type MemoryEvent, type MemoryState, memoryFull } from './memory-state.ts';

/**
 * Notified events in memory: those that no handler is through with are lost with the process.
 *
 * @param state - what it shares with the other stores
 * @returns the store
 */
export function createMemoryNotifications({
  events,
  notifications,
  limits,
  requested,
}: MemoryState): NotificationStore {
  const makeRoom = (count: number): void => {
    for (const [id, { state }] of events) {
      if (events.size + count <= limits.events) break;
      if (state === 'processed') events.delete(id);
    }
    if (events.size + count > limits.events) throw memoryFull();
    const needed = new Set([...events.values()].map(({ notification }) => notification));
    for (const key of notifications.keys()) {
      if (notifications.size < limits.events) break;
      if (!needed.has(key)) notifications.delete(key);
    }
  };

  return {
    findMessage: async (source, messageId) => notifications.get(keyOf(source, messageId)),
    receive: async (notification) => {
      const { source, messageId, digest, receivedAt, evidence, handler, receipts } = notification;
      const key = keyOf(source, messageId);
      const earlier = notifications.get(key);
      if (earlier !== undefined) return earlier.digest === digest ? 'duplicate' : 'conflict';
      const added = notification.events.filter(({ id }) => !events.has(id));
      makeRoom(added.length);
      notifications.set(key, { digest, receivedAt });
      for (const event of added) {
        events.set(event.id, {
          event: { ...event, evidence },
          state: 'received',
          ...(handler !== undefined && { handler }),
          receipts: receipts && event.referenceId !== undefined,
          attempts: 0,
          receiptSent: false,
          notification: key,
          receivedAt,
        });
        if (handler !== undefined) requested({ kind: 'event', id: event.id });
      }
      return 'stored';
    },
    find: async (eventId) => {
      const stored = events.get(eventId);
      return stored && storedOf(stored);
    },
    settle: async (eventId, outcome) => {
      const stored = events.get(eventId);
      if (stored === undefined || stored.state === 'processed') return;
      const { reason: _earlier, ...rest } = stored;
      events.set(eventId, { ...rest, ...outcome, attempts: stored.attempts + 1 });
      const { receipts, receiptSent } = stored;
      if (outcome.state === 'processed' && receipts && !receiptSent) requested({ kind: 'receipt', id: eventId });
    },
    receiptSent: async (eventId) => {
      const stored = events.get(eventId);
      if (stored !== undefined) events.set(eventId, { ...stored, receiptSent: true });
    },
    list: async (state, limit) =>
      [...events.values()]
        .filter((stored) => stored.state === state)
        .slice(0, limit)
        .map(storedOf),
    forget: async (before) => {
      let count = 0;
      for (const [id, { state, handler, receivedAt }] of events) {
        if ((state === 'processed' || handler === undefined) && receivedAt < before && events.delete(id)) count += 1;
      }
      const needed = new Set([...events.values()].map(({ notification }) => notification));
      for (const [key, { receivedAt }] of notifications) {
        if (receivedAt < before && !needed.has(key) && notifications.delete(key)) count += 1;
      }
      return count;
    },
  };
}

function storedOf({ notification: _key, receivedAt: _at, ...stored }: MemoryEvent): StoredEvent {
  return stored;
}
