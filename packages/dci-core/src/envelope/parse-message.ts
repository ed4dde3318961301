import * as v from 'valibot';
import { DciError, type DciErrorCode } from '../errors.ts';
import type { JsonValue } from '../json/value.ts';

/** A valibot schema that reads a JSON value into a `T`. */
export type MessageSchema<T> = v.GenericSchema<unknown, T>;

/**
 * Reads a value of a message against a schema (protocol.md section 4, steps 3 and 10).
 *
 * @param schema - the schema of the part
 * @param value - the part as received, `undefined` when it is absent
 * @param path - where the part stands in the envelope, for example `message`
 * @param code - the code to refuse with; `err.request.bad` unless a per-item code applies
 * @returns the value in this project's form
 * @throws DciError `code`; its path names the fault and its text never repeats what was received
 */
export function parseMessage<T>(
  schema: MessageSchema<T>,
  value: JsonValue | undefined,
  path: string,
  code: DciErrorCode = 'err.request.bad',
): T {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const fault = `${path}${issuePath(issue)}`;
  throw new DciError(code, `${fault} ${describeIssue(issue)}`, { path: fault });
}

function issuePath(issue: v.BaseIssue<unknown>): string {
  return (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
}

const nouns: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'a boolean',
  Object: 'an object',
  Array: 'a list',
};

// valibot's own messages quote the value that was received; ours never do
function describeIssue(issue: v.BaseIssue<unknown>): string {
  if (issue.input === undefined) return 'is missing';
  if (issue.message.startsWith('must ')) return issue.message;
  const expected = (issue.expected ?? 'another value').replace(/^\(|\)$/g, '').split(' | ');
  return `must be ${expected
    .filter((name) => name !== 'null')
    .map((name) => nouns[name] ?? name)
    .join(' or ')}`;
}
