import {
  allOf,
  DciError,
  type Filter,
  type JsonObject,
  type RecordType,
  type RequestHeader,
  type SearchRequestItem,
  type SearchResponseItem,
  type SpecialCriteria,
} from 'dci-core';
import type { RecordAccess } from '../../access/compile-policy.ts';
import type { Outcome } from '../../reply/outcome.ts';
import { faultOfMessage } from '../message-fault.ts';
import { isSearchReason } from '../search-answer.ts';
import { searchOne } from '../search-item.ts';
import type { SpecialScope } from './special-operation.ts';

/**
 * What is wrong with a call as a whole, said in the header of its reply.
 *
 * @param header - the request header
 * @param operation - name of the call, which the sender's policy must grant
 * @param scope - sender, limits and time
 * @param message - the message of the reply, without answers
 * @returns the reply; `undefined` when nothing is wrong
 */
export function faultOutcome(
  header: Pick<RequestHeader, 'message_ts' | 'total_count'>,
  operation: string,
  scope: SpecialScope,
  message: JsonObject,
): Outcome | undefined {
  const fault = faultOfMessage(header, {
    sender: scope.sender,
    limits: scope.limits,
    receivedAt: scope.now,
    isGranted: scope.access.actions.has(operation),
    count: 1,
    maxItems: 1,
  });
  return fault === undefined ? undefined : { status: 'rjct', ...fault, totalCount: 1, completedCount: 0, message };
}

/**
 * Searches the registry as the sender of a special call may (protocol.md sections 7 and 8): its policy, the consent it
 * needs and the audit of what is disclosed are those of a search.
 *
 * @param criteria - what is asked for
 * @param referenceId - names the answer
 * @param scope - registry, sender and limits
 * @returns the records, cut to what may be read, and their page
 * @throws DciError as `searchOne`
 */
export async function askRegistry(
  criteria: SpecialCriteria,
  referenceId: string,
  scope: SpecialScope,
): Promise<Pick<SearchResponseItem, 'data' | 'pagination'>> {
  const { reference_id: _, query = {}, ...rest } = criteria;
  const item: SearchRequestItem = {
    reference_id: referenceId,
    timestamp: '',
    search_criteria: { ...rest, query } as SearchRequestItem['search_criteria'],
  };
  return searchOne(item, scope);
}

/**
 * Tells whether any record that the sender may see satisfies a query and a further condition.
 *
 * @param criteria - what is asked for
 * @param referenceId - names the answer
 * @param condition - holds of the wanted records; absent: any
 * @param scope - registry, sender and limits
 * @returns whether there is such a record
 * @throws DciError as `searchOne`
 */
export async function existsInRegistry(
  criteria: SpecialCriteria,
  referenceId: string,
  condition: Filter | undefined,
  scope: SpecialScope,
): Promise<boolean> {
  const recordTypes = scope.access.recordTypes.map(
    (access): RecordAccess => ({ ...access, visible: (now) => both(access.visible(now), condition) }),
  );
  const found = await askRegistry({ ...criteria, pagination: { page_size: 1 } }, referenceId, {
    ...scope,
    access: { ...scope.access, recordTypes },
  });
  return (found.pagination?.total_count ?? 0) > 0;
}

/**
 * Leaves the record types of which a sender may read what a call answers from: whoever may not read a status may not
 * be told yes or no either.
 *
 * @param scope - with the sender's access
 * @param isAnswerable - whether the answer may be read in records of this access
 * @returns the same scope with those types only
 * @throws DciError `rjct.search_criteria.invalid` when there are none
 */
export function readingOnly(scope: SpecialScope, isAnswerable: (access: RecordAccess) => boolean): SpecialScope {
  const recordTypes = scope.access.recordTypes.filter(isAnswerable);
  if (recordTypes.length === 0) {
    throw new DciError('rjct.search_criteria.invalid', 'this sender may not read what this call answers from');
  }
  return { ...scope, access: { ...scope.access, recordTypes } };
}

/**
 * @param attribute - name of an attribute
 * @returns whether all of it may be read in records of an access
 */
export function readsAttribute(attribute: string): (access: RecordAccess) => boolean {
  return ({ recordType, isReadable }) => {
    const path = pathsOf(recordType, attribute);
    return path.length > 0 && path.every((one) => isReadable(one));
  };
}

/**
 * @param member - a member of a record
 * @returns whether it, or at least one of the attributes below it, may be read in records of an access
 */
export function readsPartOf(member: string): (access: RecordAccess) => boolean {
  return ({ recordType, isReadable }) =>
    isReadable(member) ||
    Object.keys(recordType.attributes).some((name) =>
      pathsOf(recordType, name).some((path) => path.startsWith(`${member}.`) && isReadable(path)),
    );
}

/**
 * Runs the part of a call that depends on what is asked for. What the question is to blame for is an answer.
 *
 * @param referenceId - names the answer in the audit
 * @param scope - is told of a refusal
 * @param ask - the part
 * @param refuse - makes the answer of a refused question
 * @returns the answer
 * @throws DciError whatever the question is not to blame for
 */
export async function answerOrRefuse(
  referenceId: string,
  scope: SpecialScope,
  ask: () => Promise<Outcome>,
  refuse: (error: DciError) => Outcome,
): Promise<Outcome> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof DciError && isSearchReason(error.code))) throw error;
    scope.disclose?.(referenceId, { recordKeys: [], count: 0, reason: error.code });
    return refuse(error);
  }
}

function pathsOf(recordType: RecordType, attribute: string): readonly string[] {
  const definition = Object.hasOwn(recordType.attributes, attribute) ? recordType.attributes[attribute] : undefined;
  const path = definition?.path;
  return path === undefined ? [] : typeof path === 'string' ? [path] : path;
}

function both(one: Filter | undefined, other: Filter | undefined): Filter | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return allOf([one, other]);
}
