import { writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { createSqliteReceiptStore } from '../stores/sqlite/receipt-store.ts';
import { messageView } from './message-query.ts';
import { receiptView } from './receipt-view.ts';
import { outgoingStoreOf } from './receiver-input.ts';

const receiptColumns = ['reference_id', 'received_at', 'status', 'reason_code'] as const;

/** `dci messages show`. */
export const messagesShow: CliCommand = {
  name: 'messages show',
  summary: 'show what became of one callback or notification, and what was confirmed of it; never what it says',
  help: 'A receipt confirms an event of a notification, or a request; a callback shows those of its request.',
  arguments: [{ name: '<message-id>', description: 'the message, as `messages list` names it' }],
  run: async (context) => {
    const state = await context.openState();
    const message = await outgoingStoreOf(state).find(context.arguments[0] ?? '');
    if (message === undefined) {
      context.warn('there is no message of this id');
      return 1;
    }
    const view = messageView(message);
    const subject = message.kind === 'notification' ? message.messageId : message.subject;
    const receipts = (await createSqliteReceiptStore(state).of(subject)).map(receiptView);
    if (context.json) {
      context.print(writeJson({ ...view, receipts }));
      return 0;
    }
    context.table(
      ['property', 'value'],
      Object.entries({ ...view, receipts: receipts.length }).flatMap(([name, value]) =>
        value === undefined ? [] : [[name.replaceAll('_', ' '), String(value)]],
      ),
    );
    if (receipts.length > 0) {
      context.table(
        receiptColumns.map((column) => column.replaceAll('_', ' ')),
        receipts.map((receipt) => receiptColumns.map((column) => String(receipt[column] ?? ''))),
      );
    }
    return 0;
  },
};
