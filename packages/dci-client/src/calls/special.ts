import { DciError, type JsonObject, type SpecialOperation } from 'dci-core';
import type { DciClient } from '../dci-client.ts';
import type { ExchangeContext } from '../exchange/context.ts';
import { exchange } from '../exchange/exchange.ts';
import { type Reply, rejectedByHeader } from '../exchange/read-reply.ts';
import { type RequestContent, requireCall } from '../exchange/write-request.ts';

/**
 * @param context - the registry, and what the client works with
 * @returns the call of operations of one registry type
 */
export function specialCall(context: ExchangeContext): DciClient['call'] {
  const { registry, dialect } = context.source;
  return async (name, message, options) => {
    const operation = registry.operations.find((each) => each.name === name || each.path === name);
    if (operation === undefined) {
      throw new DciError('err.configuration.invalid', `the registry type ${registry.name} has no such operation`, {
        path: 'operation',
      });
    }
    requireCall('special', context);
    const { action = 'search' } = operation;
    const content = (): RequestContent => {
      const transactionId = context.random.uuid();
      return {
        ...{ call: 'special', operation, action, transactionId, referenceIds: [] },
        message: dialect.writeMessage({ ...message, transaction_id: transactionId }, { call: 'special', registry }),
        itemCount: itemCountOf(operation, message),
        // Such a call has the header of a callback in the standard (OpenAPI v1.0.0, `/registry/sync/enrollment/updates`).
        ...(action === 'notify' && { header: { status: 'succ' } }),
      };
    };
    const { reply } = await exchange(content, action === 'notify' ? 'never' : 'read', context, options);
    if (reply.header.status === 'rjct' && hasNoAnswers(reply)) throw rejectedByHeader(reply);
    return { message: reply.message, evidence: reply.evidence };
  };
}

/** What is delivered is counted; a question is one. */
function itemCountOf({ action }: SpecialOperation, message: JsonObject): number {
  if (action !== 'notify') return 1;
  const lists = Object.values(message).flatMap((member) =>
    typeof member === 'object' && member !== null ? Object.values(member).filter((each) => Array.isArray(each)) : [],
  );
  return lists[0]?.length ?? 1;
}

/** A rejection of every item is an answer to each of them. */
function hasNoAnswers({ message }: Reply): boolean {
  return !Object.values(message).some((member) => Array.isArray(member) && member.length > 0);
}
