import { dirname, isAbsolute, join } from 'node:path';
import { DciError, readJson } from 'dci-core';
import type { CliContext } from 'dci-host';
import * as v from 'valibot';

const text = v.pipe(v.string('must be a text'), v.nonEmpty('must not be empty'));

const credentialsSchema = v.object({
  /** Base address of the registry. */
  url: text,
  senderId: text,
  /** File with the private key; relative to the file with the credentials. */
  keyFile: text,
  keyId: text,
  /** Bearer token, or `env:NAME` or `file:PATH`. */
  token: v.optional(text),
  receiverId: v.optional(text),
});

/** What a party needs to ask one registry: the content of the file that `dci search --credentials` names. */
export type ClientCredentials = v.InferOutput<typeof credentialsSchema>;

/**
 * Reads a file with credentials.
 *
 * @param context - the running command
 * @param file - path of the file
 * @returns the credentials; paths in them start where the file lies
 * @throws DciError `err.request.bad` when the file cannot be read or lacks something
 */
export async function readCredentials(context: CliContext, file: string): Promise<ClientCredentials> {
  const { value } = readJson(await context.readInput(file));
  const result = v.safeParse(credentialsSchema, value);
  if (!result.success) {
    const [issue] = result.issues;
    const path = v.getDotPath(issue) ?? 'credentials';
    const fault = issue.input === undefined ? 'is missing' : issue.message;
    throw new DciError('err.request.bad', `the file with the credentials: ${path} ${fault}`);
  }
  const beside = (path: string): string => (isAbsolute(path) ? path : join(dirname(file), path));
  const { keyFile, token } = result.output;
  return {
    ...result.output,
    keyFile: beside(keyFile),
    ...(token?.startsWith('file:') && { token: `file:${beside(token.slice('file:'.length))}` }),
  };
}
