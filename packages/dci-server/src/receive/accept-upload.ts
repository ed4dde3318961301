import { createHash } from 'node:crypto';
import { DciError, type JsonObject } from 'dci-core';
import type { ServerLimits } from '../limits.ts';
import type { TransactionAction } from '../stores/transactions.ts';
import type { UploadStore, UploadWriter } from '../stores/uploads.ts';
import type { UploadLayout } from '../uploads/item-reader.ts';
import { scanUpload, type UploadScan } from '../uploads/scan-upload.ts';
import { readUploadMessage } from '../uploads/upload-message.ts';
import {
  type AcceptedRequest,
  type AcceptRequestOptions,
  type OpenedRequest,
  openRequest,
  storeRequest,
} from './accept.ts';
import { checkBearer } from './bearer.ts';
import type { ReceivedRequest } from './received-envelope.ts';
import { bounded, isList, readSmall, readWord, type UploadPart } from './upload-parts.ts';

/** A form as it comes over HTTP. */
export interface UploadRequest extends Omit<ReceivedRequest, 'body'> {
  /**
   * Reads the form; called after the bearer token was checked.
   *
   * @param take - is called with each part, one after another
   */
  readonly readParts: (take: (part: UploadPart) => Promise<void>) => Promise<void>;
}

/** What a path does with a form. */
export interface UploadTarget<T> {
  /** Path under `/registry`, for example `txn/status` or `sync/disabled`: what `action` of the form must fit. */
  readonly path: string;
  /** Answers a message that was uploaded as a file, as if it were the body. */
  readonly answer: (request: ReceivedRequest) => Promise<T>;
  /** Takes a file of items; absent: this path takes none. */
  readonly items?: {
    readonly action: TransactionAction;
    /** Name of the registry type. */
    readonly registry: string;
    readonly accepted: (request: AcceptedRequest) => T;
  };
}

/** What accepting files needs beside the checks. */
export interface AcceptUploadOptions extends AcceptRequestOptions {
  readonly uploads: Pick<UploadStore, 'create'>;
  readonly limits: Pick<
    ServerLimits,
    'maxUploadBytes' | 'maxUploadItems' | 'maxUploadedMessageBytes' | 'maxUploadsAtOnce'
  >;
  /** Largest `envelope` part; default: as a whole message in a file. */
  readonly maxEnvelopeBytes?: number;
}

/** Takes uploads. */
export interface UploadDesk {
  /**
   * Reads a form and does what its path does (OpenAPI v1.0.0, `FileInfo`; docs/uploads.md): a file that is a whole message
   * is answered as that message; a file of items is stored and acknowledged, once the envelope that comes before it is
   * verified and the digest in that envelope is the file's.
   *
   * @param request - the form
   * @param target - what the path does
   * @returns what the target says
   * @throws DciError the refusal of the first check that fails; nothing is kept then
   */
  receive<T>(request: UploadRequest, target: UploadTarget<T>): Promise<T>;
}

/**
 * @param options - checks, stores and limits
 * @returns takes uploads
 */
export function createUploadDesk(options: AcceptUploadOptions): UploadDesk {
  let running = 0;
  return {
    receive: async (request, target) => {
      await checkBearer(request.authorization, {
        directory: options.directory,
        hostTokens: options.hostTokens,
        bypass: options.bypassBearer,
        crypto: options.crypto,
        ...(options.accessTokens && { accessTokens: options.accessTokens }),
      });
      if (running >= options.limits.maxUploadsAtOnce) {
        throw new DciError('err.service.unavailable', 'too many files are being received', { retryAfter: 5 });
      }
      running += 1;
      const form = new UploadForm(request, target, options);
      try {
        await request.readParts((part) => form.take(part));
        return await form.finish();
      } finally {
        running -= 1;
        await form.discard();
      }
    },
  };
}

interface StoredFile {
  readonly file: UploadWriter;
  readonly scan: UploadScan;
}

/** One form while it is read. */
class UploadForm<T> {
  private readonly request: UploadRequest;
  private readonly target: UploadTarget<T>;
  private readonly options: AcceptUploadOptions;
  private readonly seen = new Set<string>();
  private format: UploadLayout['format'] | undefined;
  private opened: OpenedRequest | AcceptedRequest | undefined;
  /** A file that is to be deleted unless it is kept by a transaction. */
  private writing: UploadWriter | undefined;
  private stored: StoredFile | undefined;
  private message: Uint8Array | undefined;

  constructor(request: UploadRequest, target: UploadTarget<T>, options: AcceptUploadOptions) {
    this.request = request;
    this.target = target;
    this.options = options;
  }

  async take({ name, content }: UploadPart): Promise<void> {
    if (this.seen.has(name)) throw bad(name, 'is there twice');
    switch (name) {
      case 'action':
        this.checkAction(await readWord(name, content));
        break;
      case 'fileFormat':
        this.readFormat(await readWord(name, content));
        break;
      case 'envelope':
        await this.takeEnvelope(content);
        break;
      case 'fileName':
        await this.takeFile(content);
        break;
      default:
        throw bad(undefined, 'the form has a part other than action, fileFormat, envelope and fileName');
    }
    this.seen.add(name);
  }

  async finish(): Promise<T> {
    if (!this.seen.has('action')) throw bad('action', 'is missing');
    const { message, opened, stored, target, request } = this;
    if (message !== undefined) {
      if (this.format === 'csv' || isList(message)) throw unsignedFile();
      const { authorization, registry } = request;
      return target.answer({
        body: message,
        ...(registry === undefined ? {} : { registry }),
        ...(authorization === undefined ? {} : { authorization }),
      });
    }
    if (opened === undefined || target.items === undefined || !this.seen.has('fileName')) {
      throw bad('fileName', 'is missing');
    }
    if ('body' in opened) return target.items.accepted(opened);
    if (stored === undefined) throw bad('fileName', 'is missing');
    return target.items.accepted(await this.accept(opened, stored, target.items));
  }

  /** Deletes a file that no transaction names. */
  async discard(): Promise<void> {
    // What is left is deleted at the next start.
    await this.writing?.discard().catch(() => {});
  }

  private checkAction(text: string): void {
    const { target } = this;
    const path = target.path.replace(/^sync\//, '');
    if (letters(text) === letters(path)) return;
    throw new DciError('rjct.action.invalid', `the action of a form for this path must be ${path}`, { path: 'action' });
  }

  private readFormat(text: string): void {
    const format = text.toLowerCase();
    if (format !== 'json' && format !== 'csv') throw bad('fileFormat', 'must be json or csv');
    if (this.stored !== undefined && format !== this.stored.scan.layout.format) {
      throw bad('fileFormat', 'must come before fileName');
    }
    this.format = format;
  }

  private async takeEnvelope(content: AsyncIterable<Uint8Array>): Promise<void> {
    const { target, options, request } = this;
    if (this.seen.has('fileName')) throw bad('envelope', 'must come before fileName');
    if (target.items === undefined) throw bad('envelope', 'is for files of items, which this path does not take');
    const body = await readSmall(
      'envelope',
      content,
      options.maxEnvelopeBytes ?? options.limits.maxUploadedMessageBytes,
    );
    const { authorization, registry } = request;
    this.opened = await openRequest(
      {
        body,
        ...(registry === undefined ? {} : { registry }),
        ...(authorization === undefined ? {} : { authorization }),
      },
      target.items.action,
      options,
    );
    // Before the file is read: what is wrong with the message need not cost a file.
    if ('message' in this.opened) readUploadMessage(this.opened.message);
  }

  private async takeFile(content: AsyncIterable<Uint8Array>): Promise<void> {
    const { opened, options } = this;
    if (opened === undefined) {
      if (this.format === 'csv') throw unsignedFile();
      this.message = await readSmall('fileName', content, options.limits.maxUploadedMessageBytes);
      return;
    }
    const { maxUploadBytes, maxUploadItems } = options.limits;
    if ('body' in opened) {
      // An identical resend gets its ACK when all of it has come; what it says was signed with the envelope.
      for await (const chunk of bounded('fileName', content, maxUploadBytes)) void chunk;
      return;
    }
    const { fileDigest } = readUploadMessage(opened.message);
    const scanner = scanUpload(this.format ?? 'json', maxUploadItems);
    const hash = createHash('sha256');
    this.writing = await options.uploads.create();
    for await (const chunk of bounded('fileName', content, maxUploadBytes)) {
      hash.update(chunk);
      scanner.push(chunk);
      await this.writing.write(chunk);
    }
    if (hash.digest('base64') !== fileDigest) {
      throw new DciError('err.signature.invalid', 'the file is not the one whose digest was signed', {
        path: 'message.file_digest',
      });
    }
    this.stored = { file: this.writing, scan: scanner.end() };
  }

  private async accept(
    opened: OpenedRequest,
    { file, scan }: StoredFile,
    { action, registry }: NonNullable<UploadTarget<T>['items']>,
  ): Promise<AcceptedRequest> {
    const { options } = this;
    const { sender } = opened.principal.sender;
    const { message_id: messageId } = opened.header;
    try {
      await options.quotas.take(sender.senderId, scan.points, sender.policy.quota ?? options.defaultQuota);
    } catch (error) {
      if (error instanceof DciError) {
        options.refused?.({ senderId: sender.senderId, registry, action, messageId, reason: error.code });
      }
      throw error;
    }
    await file.finish();
    const summarize = (message: JsonObject) => ({
      transactionId: readUploadMessage(message).transactionId,
      totalCount: scan.items,
      referenceIds: [],
      upload: { uploadId: file.uploadId, layout: scan.layout, bytes: scan.bytes },
    });
    return storeRequest(opened, { action, registry, summarize }, options);
  }
}

function unsignedFile(): DciError {
  const message = 'a file of items must come after an envelope part, which is signed and holds the digest of the file';
  return new DciError('err.signature.missing', message, { path: 'envelope' });
}

function letters(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z]/g, '');
}

function bad(part: string | undefined, what: string): DciError {
  return part === undefined
    ? new DciError('err.request.bad', what)
    : new DciError('err.request.bad', `${part} ${what}`, { path: part });
}
