import { DciError, type JsonObject, type JsonValue, type RegistryType, resolveEventType } from 'dci-core';
import { isList, objectsOf, textOf } from '../callbacks/json-members.ts';
import type { SubscribeReply, SubscriptionCriteria, SubscriptionOutcome, SubscriptionPart } from '../dci-client.ts';

/** What one item of a `subscribe` asks for. */
export interface SubscriptionItem {
  /** With one event type: its code, or the text of a type that is not known. */
  readonly criteria: SubscriptionCriteria & { readonly eventTypes: string };
  /** Which of the criteria that the caller gave it is of. */
  readonly place: number;
}

/**
 * Parts criteria into the items of a message: the standard's files have one event type for each item (OpenAPI v1.0.0,
 * `SubscribeRequest`).
 *
 * @param list - as the caller gave them
 * @param registry - type of the registry
 * @returns the items, in order; an event type that is named twice is one
 * @throws DciError `err.request.bad` for criteria without an event type
 */
export function subscriptionItems(
  list: readonly SubscriptionCriteria[],
  registry: RegistryType,
): readonly SubscriptionItem[] {
  return list.flatMap((criteria, place) => {
    const given = typeof criteria.eventTypes === 'string' ? [criteria.eventTypes] : criteria.eventTypes;
    const types = new Set(given.map((type) => resolveEventType(registry, type) ?? type));
    if (types.size === 0) throw new DciError('err.request.bad', 'eventTypes is empty', { path: 'eventTypes' });
    return [...types].map((eventTypes) => ({ criteria: { ...criteria, eventTypes }, place }));
  });
}

/**
 * @param items - of a message
 * @returns what is stored of them, from which {@link joinParts} puts their answers together
 */
export function storedItems(items: readonly SubscriptionItem[]): JsonObject {
  return { criteria: items.map(({ criteria }) => criteriaJson(criteria)), places: items.map(({ place }) => place) };
}

/**
 * Puts the answers to the items together, so that there is one for each of the criteria that the caller gave.
 *
 * @param reply - with one outcome for each item, in their order
 * @param request - as {@link storedItems} made it; where it tells no places, every item is for itself
 * @returns the reply with one outcome for each of the criteria, in the order asked
 */
export function joinParts(reply: SubscribeReply, request: JsonObject): SubscribeReply {
  const criteria = objectsOf(request.criteria);
  const places = isList(request.places) ? request.places : [];
  const joined = new Map<JsonValue, SubscriptionPart[]>();
  for (const [index, outcome] of reply.outcomes.entries()) {
    const eventType = textOf(criteria[index]?.eventTypes) ?? '';
    const place = places[index] ?? index;
    joined.set(place, [...(joined.get(place) ?? []), { ...outcome, eventType }]);
  }
  return { ...reply, outcomes: [...joined.values()].flatMap((parts) => joinOutcome(parts) ?? []) };
}

/** What was not granted in part is rejected: an event that never comes must not look like one that does not happen. */
function joinOutcome(parts: readonly SubscriptionPart[]): SubscriptionOutcome | undefined {
  const [first, ...more] = parts;
  if (first === undefined) return undefined;
  if (more.length === 0) {
    const { eventType: _, ...only } = first;
    return only;
  }
  const rejected = parts.find(({ status }) => status === 'rjct');
  const granted = parts.filter(({ status }) => status !== 'rjct');
  const expires = granted.find((part) => part.expires !== undefined)?.expires;
  return {
    status: (rejected ?? parts.find(({ status }) => status !== 'succ') ?? first).status,
    referenceId: first.referenceId,
    codes: (granted.length > 0 ? granted : parts).flatMap(({ codes }) => codes),
    ...(expires !== undefined && { expires }),
    ...(rejected?.code !== undefined && { code: rejected.code }),
    ...(rejected?.text !== undefined && { text: rejected.text }),
    parts,
  };
}

function criteriaJson({ frequency, ...rest }: SubscriptionItem['criteria']): JsonObject {
  return { ...rest, ...(frequency !== undefined && { frequency: { ...frequency } }) };
}
