import { dciClient } from 'dci-client/plugin';
import { crvs as crvsPlugin } from 'dci-client-crvs/plugin';
import { dr as drPlugin } from 'dci-client-dr/plugin';
import { ibr as ibrPlugin } from 'dci-client-ibr/plugin';
import { social } from 'dci-core';
import { definePlugin, type HostContext, type HttpRouter, type OpenApiDocument, type Plugin } from 'dci-host';
import {
  createTestHost,
  describedRoutes,
  openApiFaults,
  runCommand,
  servedRoutes,
  temporaryDirectory,
} from 'dci-host/testing';
import { dciServer, memoryAdapter } from 'dci-server';
import { describe, expect, it } from 'vitest';

const base = '/dci_api/v1';
const sourceOf = (registry: string) => ({
  code: registry,
  registry,
  baseUrl: `https://${registry}.example.org/dci_api/v1`,
});

/** Plug-ins by a short name; those of the domains bring the client that they need. */
function compose(names: readonly string[]): readonly Plugin[] {
  const client = dciClient({ sources: ['crvs', 'ibr', 'dr'].map(sourceOf) });
  const made: Readonly<Record<string, () => Plugin>> = {
    server: () =>
      dciServer({
        registries: [{ type: social, adapter: memoryAdapter({ registryType: social, records: {} }) }],
        // Then both serve paths below `/registry`.
        defaultRegistry: 'social',
      }),
    client: () => client,
    crvs: () =>
      crvsPlugin({
        ...{ client, source: 'crvs' },
        sink: {
          applyBirth: async () => 'applied',
          applyDeath: async () => 'applied',
          applyMaritalStatus: async () => 'applied',
        },
      }),
    ibr: () => ibrPlugin({ client, sources: ['ibr'] }),
    dr: () => drPlugin({ client, source: 'dr', sync: { everySeconds: 3_600, registrants: () => [] } }),
  };
  return names.map((name) => {
    const plugin = made[name]?.();
    if (plugin === undefined) throw new Error(`there is no plug-in ${name}`);
    return plugin;
  });
}

/** What there is of a host. */
interface Parts {
  readonly routes: readonly string[];
  readonly tables: readonly string[];
  readonly migrations: readonly string[];
  readonly queues: readonly string[];
  readonly checks: readonly string[];
  readonly commands: readonly string[];
}

/** Sees what a host is made of: the queues that are defined after it, and the routes. */
function spy() {
  const queues: string[] = [];
  const routers: { root?: HttpRouter; below?: HttpRouter } = {};
  const plugin = definePlugin({
    name: 'spy',
    setup: ({ jobs }: HostContext) => {
      const define = jobs.define.bind(jobs);
      Object.assign(jobs, {
        define: (definition: Parameters<typeof define>[0]) => {
          queues.push(definition.queue);
          define(definition);
        },
      });
      return {
        routes: (router) => {
          routers.below = router;
        },
        rootRoutes: (router) => {
          routers.root = router;
        },
      };
    },
  });
  return { plugin, queues, routers };
}

async function partsOf(names: readonly string[]): Promise<Parts> {
  const { plugin, queues, routers } = spy();
  const config = { senderId: 'mis.example.org', plugins: [plugin, ...compose(names)] };
  await using host = await createTestHost(config);
  const list = (sql: string): readonly string[] => host.context.database.relaxed.prepare(sql).pluck().all() as string[];
  const root = (routers.root?.routes ?? []).filter(({ path }) => !path.startsWith(`${base}/`));
  const ready = await host.fetch(new Request('http://localhost/health/ready'));
  expect(ready.status).toBe(200);
  const { checks } = (await ready.json()) as { readonly checks: readonly { readonly name: string }[] };
  const routes = servedRoutes(root, routers.below?.routes ?? [], [base]);
  const described = await host.fetch(new Request('http://localhost/openapi.json'));
  const document = (await described.json()) as OpenApiDocument;
  expect(openApiFaults(document)).toEqual([]);
  expect(describedRoutes(document)).toEqual(routes);
  const { stdout } = await runCommand(['--help'], { config });
  return {
    routes,
    tables: list("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"),
    migrations: list('SELECT id FROM dci_migration ORDER BY id'),
    queues: queues.toSorted(),
    checks: checks.map(({ name }) => name).toSorted(),
    commands: [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name).toSorted(),
  };
}

/** What a set of plug-ins has and a host without any has not. */
async function addedBy(...names: string[]): Promise<Parts> {
  const [bare, full] = [await partsOf([]), await partsOf(names)];
  const added = (of: keyof Parts): readonly string[] => full[of].filter((each) => !bare[of].includes(each));
  for (const of of Object.keys(bare) as readonly (keyof Parts)[]) {
    expect(bare[of].filter((each) => !full[of].includes(each))).toEqual([]);
  }
  return {
    ...{ routes: added('routes'), tables: added('tables'), migrations: added('migrations'), queues: added('queues') },
    ...{ checks: added('checks').filter((name) => name !== 'job queue'), commands: added('commands') },
  };
}

const ofClient: Parts = {
  routes: ['notify', 'on-search', 'on-subscribe', 'on-unsubscribe', 'txn/on-status'].map(
    (path) => `POST ${base}/registry/${path}`,
  ),
  tables: ['callback', 'event', 'notification', 'source', 'subscription', 'transaction'].map(
    (name) => `dci_client_${name}`,
  ),
  migrations: ['0001-transactions', '0002-subscriptions', '0003-notifications', '0004-sources'].map(
    (name) => `dci-client/${name}`,
  ),
  queues: ['dci-client/answer', 'dci-client/event', 'dci-client/receipt'],
  checks: [],
  commands: ['events', 'requests', 'search', 'sources'],
};

/** What each of the domains adds to the client. */
const ofDomains: Readonly<Record<string, Parts>> = {
  crvs: {
    routes: [],
    tables: ['event', 'event_key', 'hash_key', 'subscription'].map((name) => `dci_client_crvs_${name}`),
    migrations: ['dci-client-crvs/0001-vital-events', 'dci-client-crvs/0002-subscriptions'],
    queues: ['event', 'forget', 'subscribe'].map((name) => `dci-client-crvs/${name}`),
    checks: ['dci-client-crvs log'],
    commands: ['crvs'],
  },
  ibr: {
    routes: [],
    tables: ['check', 'check_decision', 'check_identifier', 'hash_key'].map((name) => `dci_client_ibr_${name}`),
    migrations: ['dci-client-ibr/0001-checks'],
    queues: [],
    checks: ['dci-client-ibr log of checks'],
    commands: ['ibr'],
  },
  dr: {
    routes: [],
    tables: ['dci_client_dr_cache', 'dci_client_dr_secret'],
    migrations: ['dci-client-dr/0001-cache'],
    queues: ['dci-client-dr/sync'],
    checks: ['dci-client-dr cache'],
    commands: ['dr'],
  },
};

const joined = (...parts: readonly Parts[]): Parts => {
  const all = (of: keyof Parts): readonly string[] => parts.flatMap((each) => each[of]).toSorted();
  return {
    ...{ routes: all('routes'), tables: all('tables'), migrations: all('migrations'), queues: all('queues') },
    ...{ checks: all('checks'), commands: all('commands') },
  };
};

describe('a host has what its plug-ins bring, and nothing of those that are left out', () => {
  it('without any: the host alone', async () => {
    const { routes, tables, migrations, queues, commands } = await partsOf([]);
    expect(routes.filter((route) => route.includes('/registry/'))).toEqual([]);
    for (const name of tables) expect(name).toMatch(/^dci_(?:host|migration)/);
    for (const id of migrations) expect(id).toMatch(/^dci-host\//);
    expect(queues).toEqual([]);
    expect(commands).toEqual(['digest', 'help', 'keys', 'outbox', 'sign', 'start', 'verify']);
  });

  it('with the client alone', async () => {
    expect(await addedBy('client')).toEqual(ofClient);
  });

  it.each(['crvs', 'ibr', 'dr'])('with the client and %s', async (name) => {
    expect(await addedBy('client', name)).toEqual(joined(ofClient, ofDomains[name] ?? ofClient));
  });

  it('with the server alone, and with all of them', async () => {
    const server = await addedBy('server');
    expect(server.tables.length).toBeGreaterThan(15);
    for (const name of server.tables) expect(name).toMatch(/^dci_server_/);
    for (const id of server.migrations) expect(id).toMatch(/^dci-server\//);
    for (const queue of server.queues) expect(queue).toMatch(/^dci-server\//);
    for (const name of server.checks) expect(name).toMatch(/^dci-server /);
    expect(server.routes).toContain(`POST ${base}/social/registry/sync/search`);
    expect(server.routes.filter((route) => ofClient.routes.includes(route))).toEqual([]);
    expect(server.commands).toEqual(['audit', 'messages', 'receivers', 'senders', 'subscriptions']);

    expect(await addedBy('server', 'client')).toEqual(joined(server, ofClient));
    const everything = await addedBy('server', 'client', 'crvs', 'ibr', 'dr');
    expect(everything).toEqual(joined(server, ofClient, ...Object.values(ofDomains)));
  });
});

it('a plug-in that is left out later leaves its data where it is; the host starts without it, and with it again', async () => {
  using directory = temporaryDirectory();
  const start = (...names: string[]) =>
    createTestHost({ senderId: 'mis.example.org', dataDirectory: directory.path, plugins: compose(names) });
  const count = async (...names: string[]): Promise<unknown> => {
    const host = await start(...names);
    await host.context.jobs.enqueue([]);
    const found = host.context.database.relaxed.prepare('SELECT count(*) FROM dci_client_source').pluck().get();
    await host.stop();
    return found;
  };
  const first = await start('server', 'client', 'crvs');
  first.context.database.durable.exec(
    "INSERT INTO dci_client_source (code, is_disabled, changed_at) VALUES ('crvs', 1, 0)",
  );
  await first.stop();
  expect(await count('server')).toBe(1);
  expect(await count('server', 'client', 'crvs')).toBe(1);
});
