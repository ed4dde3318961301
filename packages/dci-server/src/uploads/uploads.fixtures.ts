import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject, JsonValue } from 'dci-core';
import { senderUri } from '../async.fixtures.ts';
import type { TestPeer, TestReply, TestServer } from '../server.fixtures.ts';

/** A part of a form, as it is written. */
export interface WrittenPart {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly filename?: string;
  readonly type?: string;
}

/** The boundary of the forms of these tests. */
export const boundary = 'x-boundary-x';

/** @returns the bytes of a form */
export function formOf(parts: readonly WrittenPart[], end = `--${boundary}--\r\n`): Uint8Array<ArrayBuffer> {
  const bytes = parts.flatMap(({ name, content, filename, type }) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"`),
    Buffer.from(filename === undefined ? '' : `; filename="${filename}"`),
    Buffer.from(`${type === undefined ? '' : `\r\nContent-Type: ${type}`}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return Uint8Array.from(Buffer.concat([...bytes, Buffer.from(end)]));
}

/** @returns the value of `file_digest` for a file */
export function digestOf(file: string | Uint8Array): string {
  return `SHA-256=${createHash('sha256').update(file).digest('base64')}`;
}

/** What of a signed envelope of a file a test changes. */
export interface UploadChanges {
  readonly header?: Readonly<Record<string, JsonValue | undefined>>;
  readonly message?: JsonObject;
  readonly criteria?: JsonObject;
}

/** @returns the text of the signed envelope of a file */
export function fileEnvelope(
  server: TestServer,
  file: string | Uint8Array,
  { header, message, criteria }: UploadChanges = {},
  peer: TestPeer = server.peer,
): Promise<string> {
  return server.envelope(
    {
      header: { sender_uri: senderUri, total_count: undefined, ...header },
      message: {
        transaction_id: 't-upload',
        file_digest: digestOf(file),
        ...(criteria === undefined ? {} : { search_criteria: criteria }),
        ...message,
      },
    },
    peer,
  );
}

/** Sends a form in process. */
export function sendForm(
  server: TestServer,
  parts: readonly WrittenPart[] | Uint8Array<ArrayBuffer>,
  path = 'search',
  options: { readonly authorization?: string | null; readonly contentType?: string; readonly slug?: string } = {},
): Promise<TestReply> {
  const { contentType = `multipart/form-data; boundary=${boundary}`, slug = 'social', ...rest } = options;
  const body = parts instanceof Uint8Array ? parts : formOf(parts);
  return server.send(body, { path: `/dci_api/v1/${slug}/registry/${path}`, contentType, ...rest });
}

/** Uploads a file of items with its signed envelope. */
export async function upload(
  server: TestServer,
  file: string | Uint8Array,
  format: 'csv' | 'json' = 'csv',
  changes: UploadChanges = {},
  slug = 'social',
): Promise<TestReply> {
  return sendForm(
    server,
    [
      { name: 'action', content: 'search' },
      { name: 'fileFormat', content: format },
      { name: 'envelope', content: await fileEnvelope(server, file, changes) },
      { name: 'fileName', content: file, filename: `people.${format}`, type: 'application/octet-stream' },
    ],
    'search',
    { slug },
  );
}

/** @returns the names of the files that a host keeps of uploads */
export function filesOf(server: TestServer): readonly string[] {
  const directory = join(server.host.dataDirectory, 'uploads');
  return existsSync(directory) ? readdirSync(directory) : [];
}
