import { DciError } from 'dci-core';
import type { DciClient } from '../dci-client.ts';
import type { CallbackWorkOptions } from './callback-work.ts';

/**
 * Sends receipts with the clients of the registries that notified (protocol.md section 9).
 *
 * @param clientOf - gives the client of a data source; `undefined` when there is none of this code
 * @returns the function for `createCallbackWork` and `createMemoryCallbacks`
 */
export function receiptsBy(
  clientOf: (
    source: string,
  ) => Pick<DciClient, 'receipt'> | undefined | Promise<Pick<DciClient, 'receipt'> | undefined>,
): NonNullable<CallbackWorkOptions['receipts']> {
  return async ({ source, referenceId, subscriptionCode }, { signal }) => {
    if (referenceId === undefined) return;
    const client = await clientOf(source);
    if (client === undefined) throw new DciError('err.configuration.invalid', `there is no data source ${source}`);
    const { items } = await client.receipt(
      { referenceIds: [referenceId], ...(subscriptionCode !== undefined && { subscriptionCode }) },
      { signal },
    );
    if (items.some(({ status }) => status === 'rjct')) {
      throw new DciError('rjct.reference_id.invalid', 'The registry does not know the event that is confirmed.');
    }
  };
}
