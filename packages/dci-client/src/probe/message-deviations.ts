import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type RegistryType,
  resolveRecordType,
  resolveRegType,
} from 'dci-core';
import { type Deviation, isPresent, missingMembers, unknownCode, unknownStatus, wrongTimestamp } from './deviation.ts';
import { searchReasonCodes } from './standard-codes.ts';

/** What a message answers. */
export interface AskedFor {
  readonly registry: RegistryType;
  readonly transactionId: JsonValue | undefined;
  readonly referenceIds: readonly string[];
}

/**
 * Compares the message of a reply with the standard (OpenAPI v1.0.0, `SearchResponse`).
 *
 * @param message - as received, decrypted
 * @param asked - what it answers
 * @returns where it differs
 */
export function messageDeviations(message: JsonObject, asked: AskedFor): readonly Deviation[] {
  const missing = missingMembers('message', message, ['transaction_id', 'correlation_id', 'search_response']);
  const { transaction_id: transactionId, search_response: items } = message;
  const found: Deviation[] = [...missing];
  if (isPresent(transactionId) && transactionId !== asked.transactionId) {
    found.push({ code: 'other_items', text: 'The reply names another transaction than the request.' });
  }
  if (!Array.isArray(items)) return found;
  const objects = items.filter(isJsonObject);
  const answered = new Set(objects.map(({ reference_id: id }) => id));
  const isComplete = asked.referenceIds.every((id) => answered.has(id)) && answered.size === asked.referenceIds.length;
  if (!isComplete || objects.length !== items.length) {
    const text =
      items.length === 0
        ? 'The reply leaves the search unanswered.'
        : 'The reply answers other items than the request has.';
    found.push({ code: 'other_items', text });
  }
  return [...found, ...objects.slice(0, 1).flatMap((item) => itemDeviations(item, asked.registry))];
}

const path = 'message.search_response[0]';

function itemDeviations(item: JsonObject, registry: RegistryType): readonly Deviation[] {
  const { timestamp, status, status_reason_code: code, data, pagination } = item;
  const found: Deviation[] = [
    ...missingMembers(path, item, ['reference_id', 'timestamp', 'status']),
    ...wrongTimestamp(`${path}.timestamp`, timestamp),
    ...unknownStatus(`${path}.status`, status),
    ...unknownCode(`${path}.status_reason_code`, code, searchReasonCodes),
  ];
  if (status === 'rjct') {
    found.push({ code: 'no_hits_rejected', text: 'A search without hits is rejected, where an empty list is due.' });
  }
  if (isJsonObject(data)) found.push(...dataDeviations(data, registry));
  if (isJsonObject(pagination)) {
    found.push(...missingMembers(`${path}.pagination`, pagination, ['page_size', 'page_number', 'total_count']));
  }
  return found;
}

function dataDeviations(data: JsonObject, registry: RegistryType): readonly Deviation[] {
  const { reg_type: regType, reg_record_type: recordType, reg_records: records } = data;
  const found: Deviation[] = [];
  if (isPresent(regType) && regType !== registry.code) {
    const isKnown = typeof regType === 'string' && resolveRegType(regType, [registry]) !== undefined;
    const text = `reg_type is ${isKnown ? 'another spelling' : 'none'} of ${registry.code}.`;
    found.push({ code: 'reg_type', text });
  }
  const names = registry.recordTypes.map(({ name }) => name);
  if (isPresent(recordType) && !names.some((name) => name === recordType)) {
    const known = typeof recordType === 'string' ? resolveRecordType(registry, recordType) : undefined;
    const text = known === undefined ? `none of ${names.join(', ')}` : `another spelling of ${known.name}`;
    found.push({ code: 'record_type', text: `reg_record_type is ${text}.` });
  }
  const form = registry.recordsForm ?? 'list';
  if (records === undefined || (form === 'list' ? Array.isArray(records) : isJsonObject(records))) return found;
  const due = form === 'list' ? 'a list' : 'one object';
  return [...found, { code: 'records_form', text: `reg_records is not ${due}, as the standard's file has it.` }];
}
