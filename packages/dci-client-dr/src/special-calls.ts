import type { SpecialReply } from 'dci-client';
import {
  disabilityDetailsShape,
  disabilitySupportShape,
  disabledResponseSchema,
  dr,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type MessageSchema,
  parseMessage,
  recordReader,
  type Shape,
  searchResponseSchema,
  type YesNo,
} from 'dci-core';
import { rejectedQuestion, unusableAnswer } from './call-failure.ts';
import { type AnswerEvidence, type Asking, type LookupOptions, withoutMessage } from './disability-source.ts';
import type { RegistrantIdentifier } from './registrant.ts';

/** The answer to a call for support or details. */
export interface SpecialAnswer {
  /** Whether the registry has anything under the identifier, be it an empty list. */
  readonly recordFound: boolean;
  /** Under the standard's names. */
  readonly items: readonly JsonObject[];
  /** Unix milliseconds. */
  readonly askedAt: number;
  readonly evidence: AnswerEvidence;
}

/** How support and details differ. */
interface InfoCall {
  /** Name of the operation in the registry type. */
  readonly operation: string;
  /** The member of a record that is asked for. Some registries send the record, others what the member holds. */
  readonly member: 'disability_details' | 'disability_support';
  readonly shape: Shape;
}

const detailsCall: InfoCall = {
  operation: 'disability-details',
  member: 'disability_details',
  shape: disabilityDetailsShape,
};

const supportCall: InfoCall = {
  operation: 'disability-support',
  member: 'disability_support',
  shape: disabilitySupportShape,
};

/**
 * Asks whether somebody is certified as disabled (OpenAPI v1.0.0, DR `sync/disabled`).
 *
 * @param asking - registry and time
 * @param identifier - of the person
 * @param options - signal, consent, legal basis
 * @returns yes or no; `undefined` when the registry says neither, because it has no record or decided nothing
 * @throws DciError with a `ClientFailure` as cause; `unsupported` when the registry's dialect lacks the call
 */
export async function askDisabled(
  asking: Asking,
  identifier: RegistrantIdentifier,
  options: LookupOptions,
): Promise<YesNo | undefined> {
  const { reply } = await call(asking, 'disabled', identifier, options);
  const { disabled_response: items } = readMessage(disabledResponseSchema, reply);
  const refused = items.find(({ status }) => status === 'rjct');
  if (refused !== undefined) {
    throw rejectedQuestion(refused.reference_id ?? '', undefined, refused.status_reason_message);
  }
  checkHeader(reply);
  const said = new Set(items.filter(({ status = 'succ' }) => status === 'succ').map((item) => item.disabled_status));
  if (said.has('yes') && said.has('no')) return undefined;
  return said.has('yes') ? 'yes' : said.has('no') ? 'no' : undefined;
}

/**
 * Asks for the impairments of a person (OpenAPI v1.0.0, DR `sync/get-disability-details`).
 *
 * @param asking - registry and time
 * @param identifier - of the person
 * @param options - signal, consent, legal basis
 * @returns the impairments under the standard's names
 * @throws DciError as {@link askDisabled}
 */
export function askDetails(
  asking: Asking,
  identifier: RegistrantIdentifier,
  options: LookupOptions,
): Promise<SpecialAnswer> {
  return askInfo(asking, detailsCall, identifier, options);
}

/**
 * Asks for the support that a person needs or has (OpenAPI v1.0.0, DR `sync/get-disability-support`).
 *
 * @param asking - registry and time
 * @param identifier - of the person
 * @param options - signal, consent, legal basis
 * @returns the support under the standard's names
 * @throws DciError as {@link askDisabled}
 */
export function askSupport(
  asking: Asking,
  identifier: RegistrantIdentifier,
  options: LookupOptions,
): Promise<SpecialAnswer> {
  return askInfo(asking, supportCall, identifier, options);
}

async function askInfo(
  asking: Asking,
  info: InfoCall,
  identifier: RegistrantIdentifier,
  options: LookupOptions,
): Promise<SpecialAnswer> {
  const { reply, askedAt } = await call(asking, info.operation, identifier, options);
  const { search_response: items } = readMessage(searchResponseSchema, reply);
  for (const { status, reference_id = '', status_reason_code: code, status_reason_message: text } of items) {
    if (status === 'rjct') throw rejectedQuestion(reference_id, code, text);
    if (status === 'pdng' || status === 'rcvd') throw unusableAnswer('unfinished');
  }
  checkHeader(reply);
  return {
    recordFound: holdsRecords(reply.message),
    items: items.flatMap(({ data }) => data?.reg_records ?? []).flatMap((element) => readElement(element, info)),
    askedAt,
    evidence: withoutMessage(reply.evidence),
  };
}

function readElement(element: JsonObject, { member, shape }: InfoCall): readonly JsonObject[] {
  const value = dr.recordTypes[0]?.read(element).record[member];
  if (value !== undefined) return elementsOf(value).filter(isJsonObject);
  const { record } = recordReader(shape)(element);
  return Object.keys(shape.fields).some((name) => record[name] !== undefined) ? [record] : [];
}

/** As received: of a person without support nothing is left but an empty list in the list. */
function holdsRecords({ search_response: items }: JsonObject): boolean {
  return elementsOf(items).some((item) => {
    const records = isJsonObject(item) && isJsonObject(item.data) ? item.data.reg_records : undefined;
    return isJsonObject(records) ? Object.keys(records).length > 0 : elementsOf(records).length > 0;
  });
}

function elementsOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

async function call(
  { source, clock }: Asking,
  operation: string,
  { type, value }: RegistrantIdentifier,
  { signal, consent, authorize }: LookupOptions,
): Promise<{ readonly reply: SpecialReply; readonly askedAt: number }> {
  const askedAt = clock.now();
  const criteria: JsonObject = {
    query_type: 'idtype-value',
    query: { type, value },
    ...(consent !== undefined && { consent }),
    ...(authorize !== undefined && { authorize }),
  };
  const reply = await source.call(operation, { disabled_criteria: criteria }, signal === undefined ? {} : { signal });
  return { reply, askedAt };
}

/** After the items: what they say of a rejection is more precise. */
function checkHeader({ evidence }: SpecialReply): void {
  const { status, status_reason_code: code, status_reason_message: text } = evidence.header;
  if (status === 'rjct') throw rejectedQuestion(evidence.transactionId ?? '', textOf(code), textOf(text));
  if (status === 'pdng' || status === 'rcvd') throw unusableAnswer('unfinished');
}

function readMessage<T>(schema: MessageSchema<T>, { message }: SpecialReply): T {
  try {
    return parseMessage(schema, message, 'message');
  } catch {
    throw unusableAnswer('unreadable');
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
