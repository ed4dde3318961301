import {
  type DisabilityInfoItem,
  type DisabledRequest,
  disabledRequestSchema,
  formatTimestamp,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type RequestHeader,
} from 'dci-core';
import type { Outcome } from '../../reply/outcome.ts';
import { jsonBytes } from '../json-bytes.ts';
import { largePage, rejection } from '../search-answer.ts';
import { answerOrRefuse, askRegistry, faultOutcome, readingOnly, readsPartOf } from './ask-registry.ts';
import { defineSpecialOperation, type SpecialOperationAnswer, type SpecialScope } from './special-operation.ts';

type InfoRecords = NonNullable<DisabilityInfoItem['data']>['reg_records'];

/** How the two calls differ. */
interface InfoCall {
  readonly name: string;
  /** The member of the record that is answered. */
  readonly member: string;
  /**
   * @param values - the member of each person found, cut to what may be read
   * @returns `reg_records` as the standard's file wants them for this call
   */
  readonly write: (values: readonly (readonly JsonObject[])[]) => InfoRecords;
}

/**
 * DR `sync/get-disability-support` (OpenAPI v1.0.0, `GetDisabilitySupportResponse`): for every person that the query
 * finds the list of its support, a list of lists.
 */
export const disabilitySupportOperation: SpecialOperationAnswer = infoOperation({
  name: 'disability-support',
  member: 'disability_support',
  write: (values) => values,
});

/**
 * DR `sync/get-disability-details` (OpenAPI v1.0.0, `GetDisabilityInfoResponse`): for every person that the query finds
 * an object with its impairments.
 */
export const disabilityDetailsOperation: SpecialOperationAnswer = infoOperation({
  name: 'disability-details',
  member: 'disability_details',
  write: (values) => values.map((disability_details) => ({ disability_details })),
});

/** Answers with nothing of the person but the member that is asked for: not who it is, and no other part of the record. */
function infoOperation(call: InfoCall): SpecialOperationAnswer {
  return defineSpecialOperation<DisabledRequest>({
    name: call.name,
    action: 'search',
    schema: disabledRequestSchema,
    answer: (header, message, scope) => answerInfo(call, header, message, scope),
  });
}

async function answerInfo(
  { name, member, write }: InfoCall,
  header: RequestHeader,
  message: DisabledRequest,
  scope: SpecialScope,
): Promise<Outcome> {
  const { disabled_criteria: criteria, transaction_id } = message;
  const referenceId = criteria.reference_id ?? transaction_id;
  const reply = (items: readonly DisabilityInfoItem[]): JsonObject => ({
    transaction_id,
    correlation_id: scope.correlationId,
    search_response: items as readonly JsonObject[],
  });
  const fault = faultOutcome(header, name, scope, reply([]));
  if (fault !== undefined) return fault;
  const ask = async (): Promise<Outcome> => {
    const found = await askRegistry(criteria, referenceId, readingOnly(scope, readsPartOf(member)));
    const records = found.data?.reg_records;
    const list = (Array.isArray(records) ? records : []) as readonly JsonObject[];
    const reg_records = write(list.map((record) => objectsOf(record[member])));
    const { maxReplyBytes } = scope.limits;
    if (jsonBytes(reg_records as JsonValue, maxReplyBytes + 1) > maxReplyBytes) throw largePage();
    const item: DisabilityInfoItem = {
      reference_id: referenceId,
      timestamp: formatTimestamp(scope.now),
      status: 'succ',
      data: { version: '1.0.0', reg_records },
      ...(found.pagination && { pagination: found.pagination }),
      locale: 'eng',
    };
    return { status: 'succ', totalCount: 1, completedCount: 1, message: reply([item]) };
  };
  return answerOrRefuse(referenceId, scope, ask, (error) => {
    const { data: _, ...item } = rejection(referenceId, error, scope.now);
    return {
      status: 'rjct',
      reasonMessage: 'no item of the message could be processed',
      totalCount: 1,
      completedCount: 1,
      message: reply([item]),
    };
  });
}

function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  const values: readonly JsonValue[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return values.filter(isJsonObject);
}
