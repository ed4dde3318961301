import {
  type JsonObject,
  type JsonValue,
  opencrvsDialect,
  openg2pDialect,
  opensppDialect,
  spdciDialect,
} from 'dci-core';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { callbackPaths } from '../callback-kind.ts';
import { createWorld, dataSource, messages, startTime } from '../callback-world.fixtures.ts';

/** Members that the readers look at, so that random messages get past the first of them. */
const names = [
  ...['transaction_id', 'correlation_id', 'reference_id', 'status', 'search_response', 'data', 'reg_records'],
  ...[
    'subscribe_response',
    'subscriptions',
    'code',
    'subscription_code',
    'subscription_status',
    'frequency',
    'expires',
  ],
  ...['txnstatus_response', 'txn_status', 'notify_event', 'event_data', 'person', 'identifiers', 'reg_event_type'],
];
const texts = ['t-search', 't-subscribe', 't-unsubscribe', 't-txn-status', 's1', 'r1', 'succ', 'pdng', 'LiveBirth', ''];

const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom<JsonValue>(null, true, 0, -1, 1.5, 12345678901234567890n, ...texts),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie('json'), { maxKeys: 4 }),
  ),
}));

/** A correct message with one member replaced, at any depth. */
function withReplaced(value: JsonValue, by: JsonValue, at: number): JsonValue {
  if (at === 0 || typeof value !== 'object' || value === null) return by;
  const entries = Object.entries(value as Readonly<Record<string, JsonValue>>);
  const [name, member] = entries[at % Math.max(1, entries.length)] ?? ['x', null];
  const changed = withReplaced(member, by, at >> 1);
  if (Array.isArray(value)) return value.map((each: JsonValue, index) => (String(index) === name ? changed : each));
  return { ...value, [name]: changed };
}

it.each([spdciDialect, opensppDialect, opencrvsDialect, openg2pDialect])(
  'whatever a verified registry of the family $name says is answered, and never with 5xx',
  async (dialect) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...callbackPaths),
        json,
        fc.nat(255),
        fc.dictionary(fc.constantFrom('status', 'total_count', 'completed_count', 'meta', 'message_ts'), json),
        async (path, value, at, header) => {
          const world = createWorld({ sources: (make) => [make(dataSource({ dialect, scheme: 'dci' }))] });
          for (const action of ['search', 'subscribe', 'unsubscribe', 'txn-status'] as const)
            await world.open({ action });
          await world.subscriptions.save({
            ...{ code: 's1', source: 'crvs_main', transactionId: 't-old', eventTypes: ['LiveBirth'], receipts: true },
            ...{ state: 'active', since: startTime },
          });
          const replaced = withReplaced(messages[path], value, at);
          const message: JsonObject =
            typeof replaced === 'object' && replaced !== null && !Array.isArray(replaced)
              ? (replaced as JsonObject)
              : { notify_event: replaced };
          const { status, body } = await world.deliver(path, { message, header });
          expect([200, 202, 400], body).toContain(status);
        },
      ),
      { numRuns: 150 },
    );
  },
);
