import * as v from 'valibot';
import {
  idSchema,
  jsonValueSchema,
  objectOf,
  optionalJsonSchema,
  optionalObjectSchema,
  optionalTextSchema,
} from '../envelope/fields.ts';
import { parseMessage } from '../envelope/parse-message.ts';
import { parseTimestamp } from '../envelope/timestamp.ts';
import { DciError } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { type ItemFrame, type ParsedItem, parseItemFrame, parseItems } from './item.ts';

/** When notifications of a subscription are sent (OpenAPI v1.0.0, `SubscriptionInfo.frequency`). */
export interface SubscriptionFrequency {
  /** A cron line of five fields, or of Quartz. */
  readonly frequency: string;
  /** RFC 3339 with zone. */
  readonly start_time?: string;
  /** RFC 3339 with zone. */
  readonly end_time?: string;
}

/** What is subscribed to, beside event types and frequency (OpenAPI v1.0.0, `subscribe_criteria`). */
export const subscribeCriteriaSchema = objectOf({
  version: optionalTextSchema,
  reg_type: optionalTextSchema,
  filter_type: optionalTextSchema,
  /** Compiled by the query compiler; absent, or `{}` without `filter_type`: every record that the subscriber may see. */
  filter: optionalJsonSchema,
  /** Record type that notifications carry; any spelling. */
  notify_record_type: optionalTextSchema,
  consent: optionalObjectSchema,
  authorize: optionalObjectSchema,
});

/** What is subscribed to. */
export interface SubscribeCriteria extends v.InferOutput<typeof subscribeCriteriaSchema> {
  /** Event types in any spelling; the standard has one, this project reads a list too. */
  readonly reg_event_type: readonly string[];
  readonly frequency?: SubscriptionFrequency;
}

/** One subscription that is asked for. */
export interface SubscribeRequestItem extends ItemFrame {
  readonly subscribe_criteria: SubscribeCriteria;
  readonly locale?: string;
}

const frameSchema = objectOf({
  transaction_id: idSchema,
  subscribe_request: v.optional(v.array(jsonValueSchema)),
  subscribe_criteria: v.optional(jsonValueSchema),
});

/**
 * The message of a subscription (OpenAPI v1.0.0, `SubscribeRequest`). The early seed has one `subscribe_criteria` in
 * place of the list: it is read as a list of one whose reference id is the transaction's. The items are read with
 * {@link parseSubscribeRequestItems}.
 */
export const subscribeRequestSchema = v.pipe(
  frameSchema,
  v.check(
    ({ subscribe_request, subscribe_criteria }) =>
      subscribe_request === undefined ? subscribe_criteria !== undefined : subscribe_request.length > 0,
    'must hold at least one item in subscribe_request',
  ),
  v.transform(({ transaction_id, subscribe_request, subscribe_criteria }) => {
    const single: JsonObject = { reference_id: transaction_id, subscribe_criteria };
    return {
      transaction_id,
      subscribe_request: subscribe_request ?? [single],
      single: subscribe_request === undefined,
    };
  }),
);

/** The message of a subscription, items as received. */
export type SubscribeRequest = v.InferOutput<typeof subscribeRequestSchema>;

/**
 * Reads one subscription that is asked for (protocol.md section 9).
 *
 * @param value - the item as received
 * @param path - where it stands, for example `message.subscribe_request[0]`
 * @returns the item; the filter is still as received
 * @throws DciError `rjct.reference_id.invalid`, `rjct.timestamp.invalid`, `rjct.notify_types.invalid` for the event
 *   types, `rjct.notify_details.invalid` for the rest, with the path of the fault
 */
export function parseSubscribeRequestItem(value: JsonValue, path: string): SubscribeRequestItem {
  const { object, frame } = parseItemFrame(value, path);
  const criteriaPath = `${path}.subscribe_criteria`;
  const received = object.subscribe_criteria;
  const criteria = parseMessage(subscribeCriteriaSchema, received, criteriaPath, 'rjct.notify_details.invalid');
  const { filter, ...others } = criteria;
  const members = isJsonObject(received) ? received : {};
  const frequency = parseFrequency(members.frequency, `${criteriaPath}.frequency`);
  const { locale } = object;
  return {
    ...frame,
    subscribe_criteria: {
      ...others,
      ...(filter !== undefined && !isEveryRecord(filter, others.filter_type) && { filter }),
      reg_event_type: parseEventTypes(members.reg_event_type, `${criteriaPath}.reg_event_type`),
      ...(frequency !== undefined && { frequency }),
    },
    ...(typeof locale === 'string' && locale !== '' && { locale }),
  };
}

/** The files require a filter, so that one without conditions and without a type is how "every record" is written. */
function isEveryRecord(filter: JsonValue | undefined, filterType: string | undefined): boolean {
  return filterType === undefined && isJsonObject(filter) && Object.keys(filter).length === 0;
}

/**
 * Reads all subscriptions that a message asks for, each for itself.
 *
 * @param request - the message
 * @param timestamp - the header's `message_ts`, for the early seed's form, whose single item has no timestamp
 * @returns one result per item, in the order of the message; repeated reference ids are refused
 */
export function parseSubscribeRequestItems(
  request: SubscribeRequest,
  timestamp: string,
): readonly ParsedItem<SubscribeRequestItem>[] {
  const items = request.single
    ? request.subscribe_request.map((item) => (isJsonObject(item) ? { timestamp, ...item } : item))
    : request.subscribe_request;
  return parseItems(items, 'message.subscribe_request', parseSubscribeRequestItem);
}

function parseEventTypes(value: JsonValue | undefined, path: string): readonly string[] {
  const values: readonly (JsonValue | undefined)[] = Array.isArray(value) ? value : [value];
  if (values.length === 0 || !values.every(isText)) {
    throw new DciError('rjct.notify_types.invalid', `${path} must be an event type`, { path });
  }
  return values;
}

function parseFrequency(value: JsonValue | undefined, path: string): SubscriptionFrequency | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const fault = (member: string, reason: string): DciError =>
    new DciError('rjct.notify_details.invalid', `${path}${member} ${reason}`, { path: `${path}${member}` });
  if (typeof value === 'string') return { frequency: value };
  if (!isJsonObject(value)) throw fault('', 'must be an object');
  const { frequency, start_time, end_time } = value;
  if (!isText(frequency)) throw fault('.frequency', 'must be a cron line');
  const time = (text: JsonValue | undefined, member: string): string | undefined => {
    if (text === undefined || text === null || text === '') return undefined;
    if (typeof text === 'string' && parseTimestamp(text) !== undefined) return text;
    throw fault(`.${member}`, 'must be an RFC 3339 timestamp with a zone');
  };
  const start = time(start_time, 'start_time');
  const end = time(end_time, 'end_time');
  return { frequency, ...(start !== undefined && { start_time: start }), ...(end !== undefined && { end_time: end }) };
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value !== '';
}
