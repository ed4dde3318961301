import { type RegistryType, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { namedReceiver, receiverArgument } from './receiver-input.ts';
import { receiverView } from './receiver-view.ts';

/**
 * `dci receivers show`.
 *
 * @param registryTypes - the registries of the server
 * @returns the command
 */
export function receiversShow(registryTypes: readonly RegistryType[]): CliCommand {
  return {
    name: 'receivers show',
    summary: 'show how calls to one party go',
    arguments: [receiverArgument],
    run: async (context) => {
      const found = await namedReceiver(context, registryTypes);
      if (found === undefined) return 1;
      const { receiverId, receivers } = found;
      const known = (await receivers.list()).find(({ receiver }) => receiver.receiverId === receiverId);
      const summary = known ?? { receiver: await receivers.find(receiverId), pending: 0, dead: 0 };
      const view = receiverView(summary, context.clock.now());
      if (context.json) context.print(writeJson(view));
      else {
        context.table(
          ['property', 'value'],
          Object.entries(view).flatMap(([name, value]) =>
            value === undefined ? [] : [[name.replaceAll('_', ' '), String(value)]],
          ),
        );
      }
      return 0;
    },
  };
}
