import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DciError, defineDialect, social, spdciDialect } from 'dci-core';
import { definePlugin, type HttpRouter, type OpenApiDocument, type Plugin, resolveConfig } from 'dci-host';
import {
  collectingLogger,
  createTestHost,
  describedRoutes,
  manualClock,
  openApiFaults,
  servedRoutes,
  type TestHost,
} from 'dci-host/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallbackHandler } from '../callbacks/handlers.ts';
import type { DataSourceSettings } from '../data-source-settings.ts';
import { dciClient } from '../plugin.ts';
import { TOKEN } from '../registry.fixtures.ts';
import type { DciClientOptions, DciClientPlugin } from './client-plugin.ts';
import { type CommandWorld, startCommandWorld } from './commands-beside.fixtures.ts';

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const https: DataSourceSettings = { code: 'a', registry: 'crvs', baseUrl: 'https://a.example.org/dci_api/v1' };
const ready = async (host: TestHost): Promise<Response> =>
  await host.fetch(new Request('http://localhost/health/ready'));

describe('faults of a configuration', () => {
  const faultsOf = (options: DciClientOptions, env: Record<string, string> = {}): string => {
    try {
      resolveConfig({ plugins: [dciClient(options)] }, { env, workingDirectory: world.directory.path });
    } catch (error) {
      if (error instanceof DciError && error.code === 'err.configuration.invalid') return error.message;
      throw error;
    }
    return '';
  };

  it('are told all at once, with their places and without values', () => {
    const canary = 'CANARY-value';
    const sources = [
      https,
      { ...https, registry: 'crsv', token: canary },
      { ...https, code: 'b', authorization: { kind: 'bearer', token: canary } },
      { ...https, baseUrl: `ftp://${canary}`, timeoutSeconds: 0 },
    ] as unknown as readonly DataSourceSettings[];
    const message = faultsOf({ sources, callbackBase: canary });
    expect(message.split('\n').map((line) => line.trim())).toEqual(
      expect.arrayContaining([expect.stringContaining('dci-client: callbackBase must be an http or https address')]),
    );
    for (const text of [
      'sources[1]: token is not a known member',
      'sources[2]: authorization.token must be a reference to a secret: env:NAME or file:PATH',
      'sources[3]: baseUrl must be an http or https address without user, query and fragment',
      'timeoutSeconds must be at least 0.1',
    ]) {
      expect(message).toContain(text);
    }
    expect(message).not.toContain(canary);
  });

  it('are a code that is there twice, and names with a slip', () => {
    expect(faultsOf({ sources: [https, https] })).toContain('sources[1].code is there more than once');
    expect(faultsOf({ sources: [{ ...https, registry: 'crsv' }] })).toContain('did you mean crvs?');
    expect(faultsOf({ sources: [{ ...https, dialect: 'openssp' }] })).toContain('did you mean openspp?');
    expect(faultsOf({ sources: [https], callbackBase: 'http://mis.example.org' })).toBe('');
  });

  it('are addresses without TLS, in production', () => {
    const env = { NODE_ENV: 'production', DCI_MASTER_KEY: Buffer.alloc(32, 1).toString('base64') };
    const plain = { ...https, code: 'b', baseUrl: 'http://a.example.org' };
    const message = faultsOf({ sources: [https, plain], callbackBase: 'http://mis.example.org/dci_api/v1' }, env);
    expect(message).toContain('dci-client: callbackBase must begin with https: in production');
    expect(message).toContain('sources[1]: baseUrl must begin with https: in production');
    expect(message.match(/callbackBase/g)).toHaveLength(1);
    expect(faultsOf({ sources: [https], callbackBase: 'https://mis.example.org' }, env)).toBe('');
  });

  it('are none for registry types and dialects of the program', () => {
    const own = defineDialect({ ...spdciDialect, name: 'own' });
    const source = { ...https, registry: 'population', dialect: 'own' };
    expect(faultsOf({ sources: [source] })).toContain('registry names no registry type');
    expect(faultsOf({ sources: [source], registryTypes: [{ ...social, name: 'population' }], dialects: [own] })).toBe(
      '',
    );
  });

  it('are two handlers of one name', () => {
    const error = expect.objectContaining({ code: 'err.configuration.invalid', path: 'handlers' });
    expect(() => dciClient({ handlers: [{ name: 'x' }, { name: 'x' }] })).toThrow(error);
    const client = dciClient({ handlers: [{ name: 'x' }] });
    expect(() => client.handle({ name: 'x' })).toThrow(error);
  });
});

describe('a source that cannot be used', () => {
  it('is told loudly at start; the host is ready, and asks it once its secret is there', async () => {
    const logger = collectingLogger();
    const file = join(world.directory.path, 'written-later');
    const { client, config } = world.compose({
      sources: [
        world.source('later', { authorization: { kind: 'bearer', token: `file:${file}` } }),
        world.source('good'),
        world.source('off', { disabled: true, authorization: { kind: 'bearer', token: 'env:NOT_HERE' } }),
      ],
    });
    await using host = await createTestHost({ ...config, env: { TOKEN }, logger });
    const told = logger.lines().filter(({ level }) => level === 'error');
    expect(told).toMatchObject([
      {
        plugin: 'dci-client',
        setting: 'source later',
        reason: `authorization.token cannot be read: the secret in file ${file} is missing or empty`,
        msg: 'A DATA SOURCE CANNOT BE USED',
      },
    ]);
    expect((await ready(host)).status).toBe(200);
    await expect(client.client('later')).rejects.toMatchObject({
      code: 'err.configuration.invalid',
      path: 'authorization.token',
    });
    expect((await (await client.client('good')).searchById('UIN', '1')).totalCount).toBe(1);
    expect(await client.sources()).toEqual(['later', 'good']);

    writeFileSync(file, TOKEN);
    expect((await (await client.client('later')).searchById('UIN', '1')).totalCount).toBe(1);
  });

  it('reads a callback token anew when it is switched off and on', async () => {
    const file = join(world.directory.path, 'callback-token');
    writeFileSync(file, 'first-token');
    const clock = manualClock(Date.now());
    const { config } = world.compose({ sources: [world.source('social', { callbackToken: `file:${file}` })] });
    await using host = await createTestHost({ ...config, env: { TOKEN }, clock });
    const codeFor = async (token: string): Promise<string> => {
      const reply = await host.fetch(
        new Request('http://localhost/dci_api/v1/registry/notify', {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: '{"header":{}}',
        }),
      );
      return ((await reply.json()) as { errors: { code: string }[] }).errors[0]?.code ?? '';
    };
    expect([await codeFor('first-token'), await codeFor('second-token')]).toEqual([
      'err.request.bad',
      'err.auth.invalid_token',
    ]);
    writeFileSync(file, 'second-token');
    expect(await codeFor('second-token')).toBe('err.auth.invalid_token');
    for (const verb of ['disable', 'enable'])
      expect((await world.dci(['sources', verb, 'social'], { config })).code).toBe(0);
    expect([await codeFor('first-token'), await codeFor('second-token')]).toEqual([
      'err.auth.invalid_token',
      'err.request.bad',
    ]);
  });

  it('of the configuration takes the place of one that was added, which is told', async () => {
    await world.json(['sources', 'add', 'twice', '--settings', '-'], { stdin: JSON.stringify(world.source('twice')) });
    const logger = collectingLogger();
    const { config } = world.compose({ sources: [world.source('twice', { name: 'of the configuration' })] });
    await using _host = await createTestHost({ ...config, env: { TOKEN }, logger });
    expect(logger.lines().filter(({ level }) => level === 'warn')).toContainEqual(
      expect.objectContaining({ setting: 'source twice', msg: expect.stringContaining('is not used') }),
    );
    await world.dci(['sources', 'remove', 'twice'], { config });
  });
});

it('describes exactly the routes that it serves', async () => {
  const seen: { below?: HttpRouter } = {};
  const routesOf = async (plugins: readonly Plugin[]) => {
    const spy = definePlugin({
      name: 'spy',
      setup: () => ({
        routes: (router) => {
          seen.below = router;
        },
      }),
    });
    await using host = await createTestHost({ plugins: [...plugins, spy], basePathAliases: ['/api/v2/dci'] });
    const reply = await host.fetch(new Request('http://localhost/openapi.json'));
    const document = (await reply.json()) as OpenApiDocument;
    expect(openApiFaults(document)).toEqual([]);
    const served = servedRoutes([], seen.below?.routes ?? [], ['/dci_api/v1', '/api/v2/dci']);
    return { described: describedRoutes(document), served };
  };
  const [bare, full] = [await routesOf([]), await routesOf([dciClient()])];
  const added = (name: 'described' | 'served') => full[name].filter((route) => !bare[name].includes(route));
  const paths = ['notify', 'on-search', 'on-subscribe', 'on-unsubscribe', 'txn/on-status'];
  const expected = ['/api/v2/dci', '/dci_api/v1'].flatMap((base) =>
    paths.map((path) => `POST ${base}/registry/${path}`),
  );
  expect(added('described')).toEqual(expected);
  expect(added('served')).toEqual(expected);
});

describe('before and after its host', () => {
  it('the plug-in gives no client', async () => {
    const { client, config } = world.compose({ sources: [world.source('social')] });
    const unavailable = { code: 'err.service.unavailable' };
    await expect(client.client('social')).rejects.toMatchObject(unavailable);
    await expect(client.sources()).rejects.toMatchObject(unavailable);
    const host = await createTestHost({ ...config, env: { TOKEN } });
    expect((await client.client('social')).source).toBe('social');
    const beside = await client.clientFor(host.context, 'social');
    expect((await beside.searchById('UIN', '1')).totalCount).toBe(1);
    await host.stop();
    await expect(client.client('social')).rejects.toMatchObject(unavailable);
  });

  it('a typing error in a code is told with the nearest', async () => {
    const { client, config } = world.compose({ sources: [world.source('crvs_main')] });
    await using _host = await createTestHost({ ...config, env: { TOKEN } });
    await expect(client.client('crvs_mian')).rejects.toMatchObject({
      code: 'err.configuration.invalid',
      message: 'there is no data source crvs_mian; did you mean crvs_main?',
    });
  });
});

describe('handlers of other plug-ins', () => {
  const calls: string[] = [];
  const handler: CallbackHandler = { name: 'lists', onSearchResult: async ({ source }) => void calls.push(source) };
  const adding = (client: DciClientPlugin, place: 'setup' | 'start') =>
    definePlugin({
      name: 'adds-a-handler',
      setup: () => {
        if (place === 'setup') client.handle(handler);
        return { start: async () => (place === 'start' ? client.handle(handler) : undefined) };
      },
    });
  /** The registry answers in place of an ACK, so that the request is answered at once. */
  const answered = async (client: DciClientPlugin): Promise<string> => {
    const handle = await (await client.client('social')).searchAsync(
      { queryType: 'idtype-value', query: { type: 'UIN', value: '1' } },
      { handler: 'lists' },
    );
    return handle.transactionId;
  };
  const compose = (place?: 'setup' | 'start' | 'before') => {
    const composed = world.compose({
      sources: [world.source('social')],
      callbackBase: 'http://127.0.0.1:9/dci_api/v1',
    });
    const { client, config } = composed;
    const plugins =
      place === undefined
        ? [client]
        : place === 'before'
          ? [adding(client, 'setup'), client]
          : [client, adding(client, place)];
    return { client, config: { ...config, plugins } };
  };

  it.each(['setup', 'before'] as const)('are called, and anew in the next host: %s', async (place) => {
    const { client, config } = compose(place);
    for (let round = 0; round < 2; round += 1) {
      const host = await createTestHost({ ...config, env: { TOKEN } });
      calls.length = 0;
      await answered(client);
      expect(calls).toEqual([]);
      await host.runJobs();
      expect(calls).toEqual(['social']);
      await host.stop();
    }
  });

  it('that are gone after a restart leave a dead letter, which waits for them', async () => {
    const first = compose('setup');
    const clock = manualClock(Date.now());
    const earlier = await createTestHost({ ...first.config, env: { TOKEN }, clock });
    const transactionId = await answered(first.client);
    await earlier.stop();

    const logger = collectingLogger(clock);
    const without = compose();
    const later = await createTestHost({ ...without.config, env: { TOKEN }, clock, logger });
    calls.length = 0;
    let attempts = 0;
    for (let round = 0; round < 25; round += 1) {
      attempts += await later.runJobs();
      clock.advance(300_000);
    }
    await later.stop();
    expect(attempts).toBe(20);
    const [dead] = await world.json(['outbox', 'list', '--state', 'dead'], { config: without.config });
    expect(dead).toMatchObject({
      queue: 'dci-client/answer',
      key: transactionId,
      state: 'dead',
      last_reason: 'err.configuration.invalid',
    });
    expect(logger.text()).toContain('there is no handler lists');

    const again = compose('setup');
    expect((await world.dci(['outbox', 'retry', '--all'], { config: again.config })).code).toBe(0);
    const last = await createTestHost({ ...again.config, env: { TOKEN }, clock });
    await last.runJobs();
    await last.stop();
    expect(calls).toEqual(['social']);
  });

  it('get what a source has answered that is disabled by now', async () => {
    const { client, config } = compose('setup');
    const host = await createTestHost({ ...config, env: { TOKEN } });
    await answered(client);
    await world.dci(['sources', 'disable', 'social'], { config });
    calls.length = 0;
    await host.runJobs();
    expect(calls).toEqual(['social']);
    await world.dci(['sources', 'enable', 'social'], { config });
    await host.stop();
  });

  it('are too late once the host has started', async () => {
    const { client, config } = compose('start');
    await expect(createTestHost({ ...config, env: { TOKEN } })).rejects.toMatchObject({ code: 'err.state.conflict' });
    // What did not start leaves nothing behind.
    client.handle(handler);
  });
});
