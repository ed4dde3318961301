import type { CliCommand, CliContext } from 'dci-host';
import type { DisabilitySupportReport } from '../../disability-support.ts';
import type { DrOptions } from '../options.ts';
import { recordCommand } from './record-command.ts';
import { supportView } from './views.ts';

/**
 * `dci dr support`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function supportCommand(options: DrOptions): CliCommand {
  return recordCommand(options, {
    name: 'dr support',
    summary: 'show what support a registrant needs or has',
    ask: (service, registrant, signal) => service.getDisabilitySupport(registrant, { signal }),
    view: supportView,
    print,
  });
}

function print(context: CliContext, { support }: DisabilitySupportReport): void {
  if (support.length === 0) {
    context.print('The registry knows of no support.');
    return;
  }
  context.table(
    ['kind', 'type', 'status', 'how often'],
    support.map(({ kind, type, status, intensity }) => [
      kind.replaceAll('_', ' '),
      ...[type, status, intensity].map((value) => value?.label ?? ''),
    ]),
  );
  context.print('');
}
