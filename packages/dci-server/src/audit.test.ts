import { setImmediate as nextTurn } from 'node:timers/promises';
import { type JsonObject, social } from 'dci-core';
import { collectingLogger } from 'dci-host/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRefusalAudit } from './access/refusal-audit.ts';
import { memoryAdapter } from './adapters/memory-adapter.ts';
import {
  byExpression,
  byId,
  grantAll,
  itemsOf,
  searchItem,
  searchMessage,
  startTestServer,
  type TestServer,
} from './server.fixtures.ts';
import type { AuditStore } from './stores/audit.ts';
import { createSqliteAuditStore } from './stores/sqlite/audit-store.ts';

const canary = 'CANARY-4711';
const person: JsonObject = {
  identifier: [{ identifier_type: 'UIN', identifier_value: canary }],
  name: { surname: `${canary}-name`, given_name: `${canary}-given` },
  sex: '1',
  birth_date: '1990-05-15',
  phone_number: [canary],
  email: [`${canary}@example.org`],
};

const logger = collectingLogger();
let server: TestServer;
let audit: AuditStore;
beforeEach(async () => {
  server = await startTestServer({
    registries: [{ type: social, adapter: memoryAdapter({ registryType: social, records: { Person: [person] } }) }],
    host: { logger },
  });
  const { database, sealer, random, clock } = server.host.context;
  audit = createSqliteAuditStore({ database: database.relaxed, sealer, random, clock });
});
afterEach(() => server[Symbol.asyncDispose]());

const setPolicy = (changes: object) => {
  const { registries } = grantAll(social);
  return server.senders.setPolicy(server.peer.senderId, {
    registries: { social: { ...registries.social, ...changes } as NonNullable<typeof registries.social> },
  });
};

describe('the audit of synchronous searches', () => {
  it('has a row for each item, stored before the reply is there', async () => {
    await setPolicy({ purposes: ['ENROLMENT'], legalBasis: 'Act 12' });
    const message = searchMessage(
      searchItem(byId('UIN', canary)),
      searchItem(byExpression(['sex', '=', '2'], ['surname', 'contains', canary])),
      searchItem({ ...byId('UIN', canary), authorize: { purpose: 'OTHER' } }),
    );
    const reply = await server.send(await server.envelope({ message, header: { message_id: 'message-1' } }));
    expect(itemsOf(reply).map(({ status }) => status)).toEqual(['succ', 'succ', 'rjct']);
    const rows = [...(await audit.list({}))].reverse();
    const common: object = {
      at: server.clock.now(),
      senderId: server.peer.senderId,
      registry: 'social',
      action: 'search',
      messageId: 'message-1',
      correlationId: (reply.body.message as JsonObject).correlation_id,
    };
    const granted: object = { ...common, recordType: 'Person', purpose: 'ENROLMENT', legalBasis: 'Act 12' };
    expect(rows).toEqual([
      expect.objectContaining({ ...granted, queryShape: 'identifier UIN', count: 1, recordKeys: [expect.any(String)] }),
      expect.objectContaining({
        ...granted,
        queryShape: 'and(sex eq, name.surname contains)',
        count: 0,
        recordKeys: [],
      }),
      expect.objectContaining({ ...common, count: 0, recordKeys: [], reason: 'rjct.search_criteria.invalid' }),
    ]);
    expect((await audit.verify()).fault).toBeUndefined();
    expect(await audit.list({ recordKeys: [`UIN:${canary}`] })).toHaveLength(1);
  });

  it('holds nothing of records and queries, in any column of any table', async () => {
    for (const criteria of [
      byId('UIN', canary),
      byId(canary, canary),
      byExpression(['surname', '=', canary]),
      byExpression(['email', 'in', [canary, `${canary}@example.org`]]),
      byExpression([canary, '=', 'x']),
      { query_type: 'predicate', query: `surname.startsWith("${canary}") && birth_date > "1980-01-01"` },
      { ...byId('UIN', canary), sort: [{ attribute_name: canary, sort_order: 'asc' }] },
      { ...byId('UIN', canary), reg_type: canary },
      { ...byId('UIN', canary), reg_record_type: canary },
      { ...byId('UIN', canary), reg_event_type: canary },
      { ...byId('UIN', canary), pagination: { page_size: 1, cursor: canary } },
    ]) {
      await server.search(criteria);
    }
    expect((await audit.list({})).length).toBe(11);
    const { database } = server.host.context;
    database.relaxed.pragma('wal_checkpoint(TRUNCATE)');
    expect(database.relaxed.serialize().includes(canary)).toBe(false);
    expect(logger.text()).not.toContain(canary);
  });

  it('refuses everything while it cannot be written, and discloses nothing', async () => {
    expect((await server.search(byId('UIN', canary))).status).toBe('succ');
    const { durable } = server.host.context.database;
    durable.exec('ALTER TABLE dci_server_audit RENAME TO dci_server_audit_away');
    const reply = await server.send(await server.envelope({ message: searchMessage(searchItem(byId('UIN', canary))) }));
    expect(reply.status).toBe(503);
    expect(reply.headers.get('retry-after')).toBe('1');
    expect(reply.body).toMatchObject({ errors: [{ code: 'err.service.unavailable' }] });
    expect(reply.text).not.toContain(canary);
    durable.exec('ALTER TABLE dci_server_audit_away RENAME TO dci_server_audit');
    expect((await server.search(byId('UIN', canary))).status).toBe('succ');
    expect((await audit.verify()).fault).toBeUndefined();
  });

  it('refuses everything after it was tampered with, and the host is not ready', async () => {
    await server.search(byId('UIN', canary));
    server.host.context.database.durable.exec('UPDATE dci_server_audit_chain SET last_sequence = 0');
    const reply = await server.send(await server.envelope({ message: searchMessage(searchItem(byId('UIN', canary))) }));
    expect(reply.status).toBe(503);
    expect(reply.text).not.toContain(canary);
    const ready = await server.host.fetch(new Request('http://localhost/health/ready'));
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain('dci-server audit');
  });

  it('notes refusals for want of a grant or quota', async () => {
    await setPolicy({ actions: [] });
    await server.send(await server.envelope());
    await server.senders.setPolicy(server.peer.senderId, { ...grantAll(social), quota: { perMinute: 2, perDay: 9 } });
    await server.search(byId('UIN', 'none'));
    expect((await server.send(await server.envelope())).status).toBe(429);
    // A refusal does not wait for its row.
    await nextTurn();
    const rows = await audit.list({});
    expect(rows.map(({ reason }) => reason)).toEqual([
      'err.request.too_many_requests',
      undefined,
      'rjct.action.not_supported',
    ]);
    expect(rows[0]).toMatchObject({ registry: 'social', action: 'search', senderId: server.peer.senderId, count: 0 });
  });

  it('is not written by requests whose sender is not known', async () => {
    await server.send(await server.envelope(), { authorization: null });
    await server.send(await server.envelope({ signerId: 'other.example.org' }));
    expect(await audit.list({})).toEqual([]);
  });
});

describe('refusals in the audit', () => {
  it('are bounded for each sender and minute', async () => {
    const reasons: string[] = [];
    const note = createRefusalAudit({
      audit: { append: async (entries) => void reasons.push(...entries.map(({ senderId }) => senderId)) },
      clock: server.clock,
      logger,
      perMinute: 2,
    });
    const refusal = { registry: 'social', action: 'search', reason: 'err.request.too_many_requests' };
    for (let time = 0; time < 5; time += 1) note({ ...refusal, senderId: 'a' });
    note({ ...refusal, senderId: 'b' });
    server.clock.advance(60_000);
    note({ ...refusal, senderId: 'a' });
    expect(reasons).toEqual(['a', 'a', 'b', 'a']);
    expect(logger.lines().filter(({ msg }) => msg.includes('refused so often'))).toHaveLength(1);
  });

  it('do not fail a request when they cannot be stored', async () => {
    const failed = collectingLogger();
    const note = createRefusalAudit({
      audit: { append: () => Promise.reject(new Error('no')) },
      clock: server.clock,
      logger: failed,
    });
    note({ senderId: 'a', registry: 'social', action: 'search', reason: 'err.request.too_many_requests' });
    await nextTurn();
    expect(failed.lines()).toHaveLength(1);
  });
});
