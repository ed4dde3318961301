import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { crvs, dr, formatTimestamp, fr, ibr, isJsonObject, type JsonObject, type RegistryType, social } from 'dci-core';
import { definePlugin, type HttpRouter, type OpenApiDocument } from 'dci-host';
import { describedRoutes, openApiFaults, servedRoutes } from 'dci-host/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import { correlationOf, request, silentEgress } from '../async.fixtures.ts';
import { type DciServerOptions, dciServer } from '../plugin.ts';
import { socialPersons } from '../records.fixtures.ts';
import {
  byExpression,
  byId,
  searchItem,
  searchMessage,
  startTestServer,
  startTime,
  type TestServer,
} from '../server.fixtures.ts';
import { describeRoutes } from './openapi.ts';
import { tokenPath } from './token-endpoint.ts';

const registryTypes: readonly RegistryType[] = [social, crvs, ibr, dr, fr];
const options: DciServerOptions = {
  registries: registryTypes.map((type) => ({
    type,
    adapter: memoryAdapter({ registryType: type, records: type === social ? { Person: socialPersons } : {} }),
  })),
  defaultRegistry: 'social',
  oauth2: {},
};
interface Described extends AsyncDisposable {
  readonly server: TestServer;
  readonly document: OpenApiDocument;
  readonly served: readonly string[];
}

const bases = ['/dci_api/v1', '/api/v2/dci'];

async function start(given: DciServerOptions): Promise<Described> {
  const seen: { root?: HttpRouter; below?: HttpRouter } = {};
  const spy = definePlugin({
    name: 'spy',
    setup: () => ({
      routes: (router) => {
        seen.below = router;
      },
      rootRoutes: (router) => {
        seen.root = router;
      },
    }),
  });
  const server = await startTestServer({
    ...given,
    host: { plugins: [dciServer(given), spy], basePathAliases: bases.slice(1), egressPort: silentEgress() },
  });
  const reply = await server.host.fetch(new Request('http://localhost/openapi.json'));
  expect(reply.status, await reply.clone().text()).toBe(200);
  const document = (await reply.json()) as OpenApiDocument;
  const root = (seen.root?.routes ?? []).filter(({ path }) => !bases.some((base) => path.startsWith(`${base}/`)));
  return {
    server,
    document,
    served: servedRoutes(root, seen.below?.routes ?? [], bases),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

let all: Described;
beforeAll(async () => {
  all = await start(options);
});
afterAll(() => all[Symbol.asyncDispose]());

describe('the description of a server', () => {
  it('is valid, and names exactly what is served', () => {
    expect(openApiFaults(all.document)).toEqual([]);
    expect(describedRoutes(all.document)).toEqual(all.served);
    // Two base paths; the social registry has five path forms, the others two.
    expect(all.served.length).toBeGreaterThan(2 * 8 * 13);
  });

  it('of one registry without OAuth 2 is valid as well', async () => {
    const [first] = options.registries;
    if (first === undefined) throw new Error('no registry');
    await using one = await start({ registries: [first] });
    expect(openApiFaults(one.document)).toEqual([]);
    expect(describedRoutes(one.document)).toEqual(one.served);
    expect(one.document.components.securitySchemes).not.toHaveProperty('oauth2');
  });

  it('of a registry type of a contributor names its attributes', async () => {
    const custom: RegistryType = {
      ...social,
      name: 'land-titles',
      slugs: ['land-titles'],
      recordTypes: [
        { ...social.recordTypes[0], name: 'Title', attributes: { area: { type: 'decimal', path: 'area' } } },
      ],
      eventTypes: [],
    } as RegistryType;
    await using other = await start({
      registries: [{ type: custom, adapter: memoryAdapter({ registryType: custom, records: {} }) }],
    });
    expect(openApiFaults(other.document)).toEqual([]);
    expect(other.document.components.schemas?.LandTitlesTitle?.description).toContain('`area`');
  });

  it('describes a path that it does not know', () => {
    const contribution = describeRoutes({
      registryTypes: [dr],
      defaultRegistryType: undefined,
      paths: () => ['sync/something'],
    });
    const operation = contribution.paths?.['/dr/registry/sync/something']?.post;
    expect(operation).toMatchObject({
      summary: 'sync/something',
      responses: { 200: { $ref: '#/components/responses/AnyAnswer' } },
    });
  });

  it('is shown on a page that names each operation once', async () => {
    const reply = await all.server.host.fetch(new Request('http://localhost/docs'));
    const page = await reply.text();
    expect(reply.status).toBe(200);
    expect(page.split('id="post_social_registry_sync_search"')).toHaveLength(2);
    expect(page).toContain('<code>/sr/sync/search</code>');
    expect(page.length).toBeLessThan(1_000_000);
  });
});

describe('what is sent and answered is as the document says', () => {
  /** The check for a JSON body of an operation: its request, or the reply of a status. */
  function checkOf(path: string, status?: number): ValidateFunction {
    const { document } = all;
    const operation = document.paths[path]?.post;
    const resolve = (part: unknown): { content?: Readonly<Record<string, { schema: object }>> } => {
      const reference = (part as { $ref?: string }).$ref;
      if (reference === undefined) return part as object;
      const [kind = '', name = ''] = reference.split('/').slice(2);
      return (document.components as Record<string, Record<string, object>>)[kind]?.[name] ?? {};
    };
    const part = resolve(status === undefined ? operation?.requestBody : operation?.responses[status]);
    const schema = part.content?.['application/json']?.schema;
    if (schema === undefined) throw new Error(`no schema for ${path} ${status}`);
    const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false });
    ajv.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
    return ajv.compile({ ...schema, components: document.components });
  }

  function expectValid(check: ValidateFunction, body: unknown): void {
    expect([check(body), check.errors], JSON.stringify(body)).toEqual([true, null]);
  }

  const social_ = '/social/registry';

  it('a search and its answer', async () => {
    const { server } = all;
    const items = [
      searchItem(byId('UIN', 'UIN-1')),
      searchItem(byExpression(['sex', '=', 'female']), { locale: 'eng' }),
      searchItem({ query_type: 'predicate', query: 'person.age >= 18', pagination: { page_size: 1, page_number: 1 } }),
      searchItem({ query: { type: 'UIN' } }),
    ];
    const text = await server.envelope({ message: searchMessage(...items) });
    expectValid(checkOf(`${social_}/sync/search`), JSON.parse(text));
    const reply = await server.send(text);
    expect(reply.status).toBe(200);
    const check = checkOf(`${social_}/sync/search`, 200);
    expectValid(check, reply.body);
    expect(check({ ...reply.body, header: {} })).toBe(false);
    expect(checkOf('/crvs/registry/sync/search', 200)(reply.body)).toBe(false);
  });

  it.each(registryTypes.map(({ slugs }) => slugs[0] ?? ''))('an empty answer of %s', async (slug) => {
    const { server } = all;
    const reply = await server.send(
      await server.envelope({ message: searchMessage(searchItem(byId('UIN', 'none'))) }),
      {
        path: `/dci_api/v1/${slug}/registry/sync/search`,
      },
    );
    expect(reply.status, reply.text).toBe(200);
    expectValid(checkOf(`/${slug}/registry/sync/search`, 200), reply.body);
  });

  it('an asynchronous search, its acknowledgement, and what is said of it', async () => {
    const { server } = all;
    const message = searchMessage(searchItem(byId('UIN', 'UIN-1')));
    const accepted = await request(server, 'search', message);
    expectValid(checkOf(`${social_}/search`, 202), accepted.body);
    await server.host.runJobs();
    const status: JsonObject = {
      transaction_id: 'status-1',
      txnstatus_request: {
        reference_id: 'r',
        txn_type: 'search',
        attribute_type: 'correlation_id',
        attribute_value: [correlationOf(accepted)],
      },
    };
    const body = await server.envelope({ message: status, header: { action: 'txn-status', total_count: 1 } });
    expectValid(checkOf(`${social_}/sync/txn/status`), JSON.parse(body));
    const reply = await server.send(body, { path: `/dci_api/v1${social_}/sync/txn/status` });
    expect(reply.status, reply.text).toBe(200);
    expectValid(checkOf(`${social_}/sync/txn/status`, 200), reply.body);
  });

  it('a receipt and its answer', async () => {
    const { server } = all;
    const message = {
      transaction_id: 'receipt-1',
      receipt_request: [{ reference_id: 'unknown', timestamp: formatTimestamp(startTime), status: 'succ' }],
    };
    const body = await server.envelope({ message, header: { action: 'receipt', total_count: 1 } });
    expectValid(checkOf(`${social_}/sync/receipt`), JSON.parse(body));
    const reply = await server.send(body, { path: `/dci_api/v1${social_}/sync/receipt` });
    expect(reply.status, reply.text).toBe(200);
    expectValid(checkOf(`${social_}/sync/receipt`, 200), reply.body);
  });

  it('messages of subscriptions', () => {
    const header = {
      version: '1.0.0',
      message_id: 'm',
      message_ts: formatTimestamp(startTime),
      action: 'subscribe',
      sender_id: 'mis.example.org',
    };
    const subscribe = {
      transaction_id: 't',
      subscribe_request: [
        {
          reference_id: 'r',
          timestamp: formatTimestamp(startTime),
          subscribe_criteria: {
            reg_event_type: 'REGISTER',
            filter_type: 'expression',
            filter: { seq: [{ attribute: 'sex', operator: '=', value: 'female' }] },
            frequency: { frequency: '0 6 * * *', start_time: formatTimestamp(startTime) },
          },
        },
      ],
    };
    const check = checkOf(`${social_}/subscribe`);
    expectValid(check, { signature: 's', header, message: subscribe });
    const encrypted = { ciphertext: 'c', tag: 't', iv: 'i', encrypted_key: 'k', protected: 'p' };
    expectValid(check, { signature: 's', header, message: encrypted });
    expect(check({ signature: 's', header, message: { transaction_id: 't', subscribe_request: [] } })).toBe(false);
    const unsubscribe = { transaction_id: 't', subscription_codes: ['a'] };
    expectValid(checkOf(`${social_}/unsubscribe`), { signature: 's', header, message: unsubscribe });
    expect(check({ header, message: subscribe })).toBe(false);
  });

  it('refusals', async () => {
    const { server } = all;
    const path = `${social_}/sync/search`;
    const text = await server.envelope();
    const unsigned = JSON.stringify({ ...JSON.parse(text), signature: undefined });
    const replies = await Promise.all([
      server.send('{'),
      server.send(text, { authorization: null }),
      server.send(unsigned),
      server.send(text, { contentType: 'text/plain' }),
      server.send(await server.envelope({ header: { receiver_id: 'someone.else' } })),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([400, 401, 401, 415, 403]);
    for (const { status, body } of replies) {
      expectValid(checkOf(path, status), body);
      expect(isJsonObject(body)).toBe(true);
    }
  });

  it('a request for a token that is refused', async () => {
    const reply = await all.server.host.fetch(
      new Request(`http://localhost${tokenPath}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'grant_type=client_credentials&client_id=x&client_secret=y',
      }),
    );
    expect(reply.status).toBe(401);
    expectValid(checkOf(tokenPath, 401), await reply.json());
  });
});
