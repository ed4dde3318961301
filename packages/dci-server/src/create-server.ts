import {
  DciError,
  type LogFields,
  type RegistryType,
  remoteJwks,
  type SearchRequest,
  searchRequestSchema,
} from 'dci-core';
import type { HostContext } from 'dci-host';
import { defaultLimits, type ServerLimits } from './limits.ts';
import { createCursorCodec } from './operations/cursor.ts';
import { search } from './operations/search.ts';
import type { ServedRegistry } from './operations/served-registry.ts';
import type { QuotaLimiter } from './quota/quota-limiter.ts';
import { type Expectation, type ReceiveOptions, receive } from './receive/receive.ts';
import type { ReceivedRequest } from './receive/received-envelope.ts';
import { type RespondOptions, respond } from './reply/respond.ts';
import { createSenderDirectory } from './senders/directory.ts';
import { hashToken } from './senders/token.ts';
import type { ReplayStore, SenderStore } from './stores/ports.ts';

/** The part of a host that a server uses. */
export type ServerSurroundings = Pick<
  HostContext,
  'config' | 'clock' | 'random' | 'fetch' | 'crypto' | 'logger' | 'keys' | 'sealer'
>;

/** What a server answers for, and how. */
export interface ServerOptions {
  readonly registries: readonly ServedRegistry[];
  readonly senders: SenderStore;
  readonly replays: ReplayStore;
  readonly quotas: QuotaLimiter;
  /** Default: those of `defaultLimits`. */
  readonly limits?: Partial<ServerLimits>;
  /** Refuse a message that names no receiver; the standard makes `receiver_id` optional. Default false. */
  readonly requireReceiverId?: boolean;
}

/** A reply that was signed. */
export interface SignedReply {
  /** The JSON text, to be sent as it is. */
  readonly body: string;
  /** Ids and counts for the log line of the request. */
  readonly logFields: LogFields;
}

/** A registry that answers. It knows no HTTP: routes hand it requests and send what it returns. */
export interface DciServer {
  /**
   * Answers a synchronous search (protocol.md sections 4, 7 and 8).
   *
   * @param request - the request, its size and content type checked
   * @param registryType - the registry that the path names
   * @returns the signed reply, for HTTP status 200
   * @throws DciError the refusal of a message that is not accepted
   */
  searchNow(request: ReceivedRequest, registryType: RegistryType): Promise<SignedReply>;
}

const searchExpectation: Expectation<SearchRequest> = { action: 'search', schema: searchRequestSchema };

/**
 * Makes a server from its stores and registries. Most applications use the plug-in `dciServer` instead, which makes
 * the stores and routes as well.
 *
 * @param surroundings - the host
 * @param options - registries, stores and limits
 * @returns the server
 */
export function createServer(surroundings: ServerSurroundings, options: ServerOptions): DciServer {
  const { config, clock, random, crypto, keys, sealer } = surroundings;
  const limits: ServerLimits = { ...defaultLimits, ...options.limits };
  const cursors = createCursorCodec(sealer, crypto);
  const receiving: ReceiveOptions = {
    directory: createSenderDirectory({
      store: options.senders,
      openJwks: (url, senderId) =>
        remoteJwks({ url, senderId, fetch: surroundings.fetch, clock, logger: surroundings.logger }),
    }),
    replays: options.replays,
    quotas: options.quotas,
    defaultQuota: limits.quota,
    hostTokens: config.apiTokens.map((token) => hashToken(token.reveal(), crypto)),
    bypassBearer: config.development.bypassBearerAuth,
    allowUnsigned: config.development.allowUnsignedRequests,
    receiverId: config.senderId,
    requireReceiverId: options.requireReceiverId ?? false,
    crypto,
    clock,
  };
  const responding: RespondOptions = {
    senderId: config.senderId,
    signingKey: () => keys.active(),
    crypto,
    clock,
    random,
  };
  const registryOf = (registryType: RegistryType): ServedRegistry => {
    const registry = options.registries.find(({ type }) => type === registryType);
    if (registry === undefined) throw new DciError('err.request.not_found', 'this registry is not served here');
    return registry;
  };

  return {
    searchNow: async (request, registryType) => {
      const registry = registryOf(registryType);
      const { principal, header, message } = await receive(request, searchExpectation, receiving);
      const { sender } = principal.sender;
      const access = principal.sender.access(registryType);
      const scope = { registry, sender, access, limits, cursors, now: clock.now() };
      const outcome = await search(header, message, scope, random);
      const body = await respond(header, sender, outcome, responding);
      return {
        body,
        logFields: {
          registry: registryType.name,
          sender_id: header.sender_id,
          message_id: header.message_id,
          state: outcome.status,
          count: outcome.totalCount,
        },
      };
    },
  };
}
