import { DciError, type RegistryType, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { policyOption, policyOptions, senderArgument, senderIdOf } from './command-input.ts';
import { registeredSender } from './registered-sender.ts';
import { policySummary, senderView } from './sender-view.ts';

/**
 * `dci senders policy`.
 *
 * @param registryTypes - the registries that a policy can speak of
 * @returns the command
 */
export function sendersPolicy(registryTypes: readonly RegistryType[]): CliCommand {
  return {
    name: 'senders policy',
    summary: 'replace what a sender may do',
    arguments: [senderArgument],
    options: policyOptions,
    run: async (context) => {
      const senderId = senderIdOf(context);
      const policy = await policyOption(context, registryTypes);
      if (policy === undefined) throw new DciError('err.configuration.invalid', 'give --policy or --grant');
      const found = await registeredSender(context, registryTypes);
      if (found === undefined) return 1;
      const { registry } = found;
      // --grant speaks of registries only: a quota that was set by a file stays.
      const { quota } = found.sender.policy;
      const keepsQuota = context.options.policy === undefined && quota !== undefined;
      const sender = await registry.setPolicy(senderId, keepsQuota ? { ...policy, quota } : policy);
      context.print(
        context.json
          ? writeJson(senderView(sender, await registry.listTokens(senderId)))
          : `sender ${senderId} may search ${policySummary(policy)}`,
      );
      return 0;
    },
  };
}
