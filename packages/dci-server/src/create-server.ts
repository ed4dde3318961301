import {
  type RegistryType,
  remoteJwks,
  type SearchRequest,
  searchRequestSchema,
  type TxnStatusRequest,
  txnStatusRequestSchema,
} from 'dci-core';
import type { HostContext, JobDefinition } from 'dci-host';
import type { AuditLog } from './access/audit.ts';
import { createConsentWarning } from './access/consent.ts';
import { createRefusalAudit } from './access/refusal-audit.ts';
import type { ContentSource } from './deliver/content-source.ts';
import { defaultLimits, type ServerLimits } from './limits.ts';
import type { AccessTokens } from './oauth/access-token.ts';
import { type AnswerNow, createAnswerNow } from './operations/answer-now.ts';
import { createAsyncSearch } from './operations/async-search.ts';
import { createAsyncStatus } from './operations/async-status.ts';
import { createCallbackSource } from './operations/callback-source.ts';
import { createCursorCodec } from './operations/cursor.ts';
import type { ImmediateOperation } from './operations/immediate-operation.ts';
import { createProcessor, processJob, type TransactionOperations } from './operations/processor.ts';
import { search } from './operations/search.ts';
import { type ServedRegistry, servedRegistry } from './operations/served-registry.ts';
import type { StoredAnswers } from './operations/stored-answers.ts';
import { transactionStatus } from './operations/txn-status.ts';
import type { QuotaLimiter } from './quota/quota-limiter.ts';
import { type AcceptedRequest, type AcceptRequestOptions, acceptRequest } from './receive/accept.ts';
import { createUploadDesk, type UploadRequest } from './receive/accept-upload.ts';
import type { ReceiveOptions } from './receive/receive.ts';
import type { ReceivedRequest } from './receive/received-envelope.ts';
import { summaries } from './receive/summaries.ts';
import type { RespondOptions } from './reply/respond.ts';
import type { ServerReply } from './reply/server-reply.ts';
import { createSenderDirectory, type SenderDirectory } from './senders/directory.ts';
import { hashToken } from './senders/token.ts';
import type { OutgoingStore } from './stores/outgoing.ts';
import type { ReplayStore, SenderStore } from './stores/ports.ts';
import type { ReceiptStore } from './stores/receipts.ts';
import type { TransactionAction, TransactionStore } from './stores/transactions.ts';
import type { UploadStore } from './stores/uploads.ts';
import { createUploadSearch } from './uploads/upload-search.ts';

/** The part of a host that a server uses. */
export type ServerSurroundings = Pick<
  HostContext,
  'config' | 'clock' | 'random' | 'fetch' | 'crypto' | 'logger' | 'keys' | 'sealer' | 'egress'
>;

/** What a server answers for, and how. */
export interface ServerOptions {
  readonly registries: readonly ServedRegistry[];
  readonly senders: SenderStore;
  readonly replays: ReplayStore;
  readonly quotas: QuotaLimiter;
  readonly transactions: TransactionStore;
  readonly outgoing: Pick<OutgoingStore, 'find' | 'content'>;
  /** Absent: no files are taken. */
  readonly uploads?: Pick<UploadStore, 'create' | 'find' | 'read'>;
  /** Absent: `txn/status` knows of no receipts. */
  readonly receipts?: Pick<ReceiptStore, 'of'>;
  /** Absent: nothing is audited. */
  readonly audit?: AuditLog;
  /** Checks access tokens of the token endpoint; absent: there is none, and none is known. */
  readonly accessTokens?: Pick<AccessTokens, 'check'>;
  /** The operations `subscribe` and `unsubscribe`, where the server has subscriptions. */
  readonly operations?: Pick<TransactionOperations, 'subscribe' | 'unsubscribe'>;
  /** Called after subscriptions have ended and before this is acknowledged. */
  readonly subscriptionsEnded?: (codes: readonly string[]) => Promise<void>;
  /** Default: those of `defaultLimits`. */
  readonly limits?: Partial<ServerLimits>;
  /** Refuse a message that names no receiver; the standard makes `receiver_id` optional. Default false. */
  readonly requireReceiverId?: boolean;
}

/** A registry that answers. It knows no HTTP: routes hand it requests and send what it returns. */
export interface DciServer {
  /** The registered senders as the server sees them. */
  readonly directory: SenderDirectory;
  /** Actions that {@link DciServer.accept} takes. */
  readonly actions: readonly TransactionAction[];
  /** The queue that processes what was accepted; to be defined by whoever sets the server up. */
  readonly processor: JobDefinition;
  /** Makes callbacks again when access has changed; for the delivery. */
  readonly callbacks: ContentSource;
  /** The checks of every request, for operations beside those of the server. */
  readonly receiving: ReceiveOptions;
  /**
   * Answers a request by an operation beside those of the server (protocol.md section 5).
   *
   * @param request - the request, its size and content type checked
   * @param registryType - the registry that the path names
   * @param operation - what the path stands for
   * @returns the signed reply, for HTTP status 200
   * @throws DciError the refusal of a message that is not accepted
   */
  readonly answerNow: AnswerNow;
  /**
   * Answers a synchronous search (protocol.md sections 4, 7 and 8).
   *
   * @param request - the request, its size and content type checked
   * @param registryType - the registry that the path names
   * @returns the signed reply, for HTTP status 200
   * @throws DciError the refusal of a message that is not accepted
   */
  searchNow(request: ReceivedRequest, registryType: RegistryType): Promise<ServerReply>;
  /**
   * Answers what has become of transactions (protocol.md section 6).
   *
   * @param request - the request, its size and content type checked
   * @param registryType - the registry that the path names
   * @returns the signed reply, for HTTP status 200
   * @throws DciError the refusal of a message that is not accepted
   */
  statusNow(request: ReceivedRequest, registryType: RegistryType): Promise<ServerReply>;
  /**
   * Accepts a request that is answered by callback (protocol.md section 6).
   *
   * @param request - the request, its size and content type checked
   * @param registryType - the registry that the path names
   * @param action - what the path stands for
   * @returns the ACK, for HTTP status 202
   * @throws DciError the refusal of a message that is not accepted
   */
  accept(request: ReceivedRequest, registryType: RegistryType, action: TransactionAction): Promise<ServerReply>;
  /**
   * Takes a request that comes as a form with a file (OpenAPI v1.0.0, `FileInfo`; docs/uploads.md); absent: none is taken.
   *
   * @param request - the form, its size and content type checked
   * @param target - the path, and what it does with a file that is a whole message
   * @returns the reply
   * @throws DciError the refusal of a form that is not accepted
   */
  readonly upload?: (request: UploadRequest, target: UploadPath) => Promise<ServerReply>;
}

/** Where a form was sent to. */
export interface UploadPath {
  readonly registryType: RegistryType;
  /** Under `/registry`, for example `txn/status`. */
  readonly path: string;
  /** Answers the message in the file, as if it were the body. */
  readonly answer: (request: ReceivedRequest) => Promise<ServerReply>;
}

/**
 * Makes a server from its stores and registries. Most applications use the plug-in `dciServer` instead, which makes
 * the stores, jobs and routes as well.
 *
 * @param surroundings - the host
 * @param options - registries, stores and limits
 * @returns the server
 */
export function createServer(surroundings: ServerSurroundings, options: ServerOptions): DciServer {
  const { config, clock, random, crypto, logger, sealer } = surroundings;
  const { registries, transactions, outgoing, receipts, audit } = options;
  const limits: ServerLimits = { ...defaultLimits, ...options.limits };
  const cursors = createCursorCodec(sealer, crypto);
  const { senderId } = config;
  const receiving = receivingOf(surroundings, options, limits);
  const responding: RespondOptions = { senderId, signingKey: () => surroundings.keys.active(), crypto, clock, random };

  const answers: StoredAnswers = {
    transactions,
    outgoing,
    crypto,
    // Operations answer status questions from callbacks, and callbacks are made again by operations.
    source: { compose: (message, receiver) => callbacks.compose(message, receiver) },
  };
  const inMessage = createAsyncSearch({ limits, cursors });
  const operations: TransactionOperations = {
    search: options.uploads ? createUploadSearch({ limits, cursors, uploads: options.uploads }, inMessage) : inMessage,
    ...options.operations,
    'txn-status': createAsyncStatus({ limits, transactions, answers, ...(receipts && { receipts }) }),
  };
  const callbacks = createCallbackSource({ senderId, transactions, registries, operations, clock });
  const accepting: AcceptRequestOptions = {
    ...receiving,
    transactions,
    egress: surroundings.egress,
    random,
    job: processJob,
  };
  const warnOfConsent = createConsentWarning(logger);

  const answerNow = createAnswerNow({
    registries,
    receiving,
    responding,
    ...(audit && { audit }),
    random,
    received: ({ sender }, registry) => warnOfConsent(sender, registry),
  });
  const searchNow: ImmediateOperation<SearchRequest> = {
    name: 'search',
    expectation: { action: 'search', schema: searchRequestSchema },
    answer: ({ header, message, principal }, { registry, correlationId, now, disclose }) => {
      const { sender } = principal.sender;
      const access = principal.sender.access(registry.type);
      const scope = { registry, sender, access, limits, cursors, now };
      return search(header, message, { ...scope, disclose: (_id, found) => disclose(found) }, correlationId);
    },
  };
  const statusNow: ImmediateOperation<TxnStatusRequest> = {
    name: 'txn-status',
    expectation: { action: 'txn-status', schema: txnStatusRequestSchema },
    answer: ({ header, message, principal: { sender } }, { registry, correlationId, now, disclose }) => {
      const stores = { transactions, answers, ...(receipts && { receipts }) };
      const scope = { registry, sender, limits, ...stores, receivedAt: now, now, disclose };
      return transactionStatus(header, message, correlationId, scope);
    },
  };
  /** Deliveries that are being stopped: no ACK of their end leaves before, also no repeated one (reliability.md WH6). */
  const interruptions = new Set<Promise<void>>();
  const interrupt = async (codes: readonly string[]): Promise<void> => {
    const interruption = options.subscriptionsEnded?.(codes) ?? Promise.resolve();
    interruptions.add(interruption);
    await interruption.finally(() => interruptions.delete(interruption));
  };

  const acknowledged = ({ principal, header, body, correlationId }: AcceptedRequest, registry: ServedRegistry) => {
    warnOfConsent(principal.sender, registry);
    const { sender_id, message_id } = header;
    return { body, logFields: { registry: registry.type.name, sender_id, message_id, correlation_id: correlationId } };
  };
  const desk = options.uploads && createUploadDesk({ ...accepting, uploads: options.uploads, limits });

  return {
    directory: receiving.directory,
    actions: (Object.keys(operations) as TransactionAction[]).filter((action) => operations[action] !== undefined),
    processor: createProcessor({
      transactions,
      outgoing,
      directory: receiving.directory,
      quotas: options.quotas,
      registries,
      operations,
      senderId,
      attempts: limits.processingAttempts,
      crypto,
      clock,
      logger,
    }),
    callbacks,
    receiving,
    answerNow,
    searchNow: (request, registryType) => answerNow(request, registryType, searchNow),
    statusNow: (request, registryType) => answerNow(request, registryType, statusNow),
    accept: async (request, registryType, action) => {
      const registry = servedRegistry(registries, registryType);
      const accepted = await acceptRequest(
        request,
        {
          action,
          registry: registryType.name,
          summarize: summaries[action],
          ended: interrupt,
        },
        accepting,
      );
      if (accepted.isRepeated) await Promise.all(interruptions);
      return acknowledged(accepted, registry);
    },
    ...(desk && {
      upload: (request, { registryType, path, answer }) => {
        const registry = servedRegistry(registries, registryType);
        const accepted = (request: AcceptedRequest) => acknowledged(request, registry);
        const items = { action: 'search', registry: registryType.name, accepted } as const;
        return desk.receive(request, { path, answer, ...(path === 'search' && { items }) });
      },
    }),
  };
}

function receivingOf(
  { config, clock, crypto, fetch, keys, logger }: ServerSurroundings,
  options: ServerOptions,
  limits: ServerLimits,
): ReceiveOptions {
  return {
    directory: createSenderDirectory({
      store: options.senders,
      openJwks: (url, senderId) => remoteJwks({ url, senderId, fetch, clock, logger }),
    }),
    replays: options.replays,
    quotas: options.quotas,
    defaultQuota: limits.quota,
    hostTokens: config.apiTokens.map((token) => hashToken(token.reveal(), crypto)),
    bypassBearer: config.development.bypassBearerAuth,
    allowUnsigned: config.development.allowUnsignedRequests,
    receiverId: config.senderId,
    requireReceiverId: options.requireReceiverId ?? false,
    decryptionKeys: () => keys.decryptionKeys(),
    crypto,
    clock,
    ...(options.accessTokens && { accessTokens: options.accessTokens }),
    ...(options.audit && { refused: createRefusalAudit({ audit: options.audit, clock, logger }) }),
  };
}
