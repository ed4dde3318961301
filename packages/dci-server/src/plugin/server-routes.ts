import type { RegistryType } from 'dci-core';
import type { HostContext, HttpRouter, PluginInstance } from 'dci-host';
import { describeRoutes } from '../http/openapi.ts';
import { addRoutes } from '../http/routes.ts';
import { addTokenRoute, tokenPath } from '../http/token-endpoint.ts';
import { createCursorCodec } from '../operations/cursor.ts';
import { specialCalls } from '../operations/special/special-calls.ts';
import type { ComposedServer } from './compose-server.ts';

/** Bytes of a form beside its file and its envelope. */
const formFrameBytes = 64 * 1024;

/** Which registries routes are for. */
export interface RoutedRegistries {
  readonly registryTypes: readonly RegistryType[];
  readonly defaultRegistryType: RegistryType | undefined;
}

/**
 * The routes of a server (protocol.md section 5) and what OpenAPI says of them.
 *
 * @param context - the host
 * @param composed - the parts of the server
 * @param registries - whose paths they are
 * @returns those members of the plug-in
 */
export function serverRoutes(
  { crypto, logger, sealer }: Pick<HostContext, 'crypto' | 'logger' | 'sealer'>,
  { server, limits, receipts, tokenEndpoint }: ComposedServer,
  registries: RoutedRegistries,
): Required<Pick<PluginInstance, 'routes' | 'rootRoutes' | 'openApi'>> {
  const special = { limits, logger, cursors: createCursorCodec(sealer, crypto) };
  const addOAuth = (router: HttpRouter) => tokenEndpoint && addTokenRoute(router, tokenEndpoint);
  return {
    routes: (router) => {
      addRoutes(router, {
        server,
        ...registries,
        maxFormBytes: limits.maxUploadBytes + limits.maxUploadedMessageBytes + formFrameBytes,
        further: (type) => ({ ...specialCalls(type, special), 'sync/receipt': receipts.operation }),
        acknowledged: (type) => ({ receipt: (request) => receipts.acknowledge(request, type) }),
      });
      addOAuth(router);
    },
    rootRoutes: addOAuth,
    openApi: () =>
      describeRoutes({
        ...registries,
        paths: ({ operations }) => [
          ...['sync/search', 'sync/txn/status', 'sync/receipt', 'receipt'],
          ...server.actions.map((action) => (action === 'txn-status' ? 'txn/status' : action)),
          ...operations.map(({ path }) => path),
        ],
        ...(tokenEndpoint === undefined ? {} : { tokenPath }),
      }),
  };
}
