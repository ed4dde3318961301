import { DciError } from 'dci-core';
import type { HostKeyAlgorithm, KeyUse } from '../keys/key-store.ts';
import type { CliContext, CliOption } from './command.ts';
import { textOption } from './options.ts';

const algorithms: Readonly<Record<KeyUse, readonly HostKeyAlgorithm[]>> = {
  sig: ['ed25519', 'rs256'],
  enc: ['ECDH-ES+A256KW', 'RSA-OAEP-256'],
};

/** Options of commands that make keys: what a key is for, and its algorithm. */
export const keyOptions: readonly CliOption[] = [
  {
    flags: '--use <use>',
    description: 'sig: for signatures; enc: for messages encrypted to this host',
    choices: ['sig', 'enc'],
    default: 'sig',
  },
  {
    flags: '--algorithm <name>',
    description: 'algorithm of a new key; default: keys.algorithm or keys.encryptionAlgorithm of the configuration',
    choices: [...algorithms.sig, ...algorithms.enc],
  },
];

/**
 * @param context - with the {@link keyOptions}
 * @returns use and algorithm as they were given
 * @throws DciError `err.request.bad` when the algorithm is none of that use
 */
export function readKeyOptions(context: CliContext): { readonly use: KeyUse; readonly algorithm?: HostKeyAlgorithm } {
  const use = textOption(context, 'use') === 'enc' ? 'enc' : 'sig';
  const given = textOption(context, 'algorithm');
  if (given === undefined) return { use };
  const algorithm = algorithms[use].find((name) => name === given);
  if (algorithm === undefined) {
    throw new DciError('err.request.bad', `--use ${use} takes the algorithms ${algorithms[use].join(', ')}`);
  }
  return { use, algorithm };
}
