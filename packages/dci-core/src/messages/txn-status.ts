import * as v from 'valibot';
import {
  idSchema,
  jsonObjectSchema,
  objectOf,
  optionalIdSchema,
  optionalObjectSchema,
  optionalTextSchema,
  textSchema,
} from '../envelope/fields.ts';
import type { JsonObject } from '../json/value.ts';

/** Kinds of transactions whose status can be asked for; the standard's files allow three each. */
export const transactionTypes = ['search', 'subscribe', 'unsubscribe', 'receipt'] as const;

/** Kind of a transaction. */
export type TransactionType = (typeof transactionTypes)[number];

/** What a transaction is named by (OpenAPI v1.0.0; `subscription_code_list` in CRVS and FR only). */
export const transactionAttributes = [
  'transaction_id',
  'reference_id_list',
  'correlation_id',
  'subscription_code_list',
] as const;

/** What a transaction is named by. */
export type TransactionAttribute = (typeof transactionAttributes)[number];

const folded = v.pipe(
  v.string(),
  v.transform((text) => text.trim().toLowerCase().replaceAll('-', '_')),
);

/**
 * The message that asks for the status of a transaction (OpenAPI v1.0.0, `TxnStatusRequest`). OpenSPP leaves out
 * `txn_type`, and some give one value where a list is named: `attribute_value` is read into a list.
 */
export const txnStatusRequestSchema = objectOf({
  transaction_id: idSchema,
  txnstatus_request: objectOf({
    reference_id: optionalIdSchema,
    txn_type: v.optional(
      v.pipe(
        folded,
        v.transform((text) => text.replace(/^on_/, '')),
        v.picklist(transactionTypes, 'must be a transaction type'),
      ),
    ),
    attribute_type: v.pipe(folded, v.picklist(transactionAttributes, 'must be an attribute of a transaction')),
    attribute_value: v.pipe(
      v.union([textSchema, v.array(textSchema)], 'must be a text or a list of texts'),
      v.transform((value): readonly string[] => (typeof value === 'string' ? [value] : value)),
      v.check((values) => values.length > 0, 'must hold at least one value'),
    ),
    locale: optionalTextSchema,
  }),
});

/** The message that asks for the status of a transaction. */
export type TxnStatusRequest = v.InferOutput<typeof txnStatusRequestSchema>;

/** The message of a status reply as this project writes it (OpenAPI v1.0.0, `TxnStatusResponse`). */
export interface TxnStatusResponse extends JsonObject {
  readonly transaction_id: string;
  readonly correlation_id: string;
  readonly txnstatus_response: {
    readonly txn_type: TransactionType;
    /** The whole search, subscribe or unsubscribe response, or `{ transaction_id, receipt_information }`. */
    readonly txn_status: JsonObject;
  };
}

/** A status reply as peers send it; `txn_status` is read by the schema of the transaction's kind. */
export const txnStatusResponseSchema = objectOf({
  transaction_id: optionalIdSchema,
  correlation_id: optionalIdSchema,
  txnstatus_response: objectOf({
    txn_type: optionalTextSchema,
    txn_status: v.union([jsonObjectSchema, v.string()], 'must be an object'),
  }),
  meta: optionalObjectSchema,
});

/** A status reply as it was read. */
export type ReceivedTxnStatusResponse = v.InferOutput<typeof txnStatusResponseSchema>;
