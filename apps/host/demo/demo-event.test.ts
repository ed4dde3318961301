import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, resolveRecordType } from 'dci-core';
import { deterministicRandom, manualClock, silentLogger, temporaryDirectory } from 'dci-host/testing';
import type { RecordChange } from 'dci-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoEvent, type DemoEventKind, type DemoEventOptions, demoEvent, demoEventKinds } from './demo-event.ts';
import { createDemoRegistries, demoRegistryTypes } from './registries.ts';
import { toldEvents } from './told-events.ts';

const directory = temporaryDirectory();
const shown: string[] = [];
const registries = createDemoRegistries({ persons: 1200, output: { write: (text) => shown.push(text) } });
const host = {
  config: { dataDirectory: directory.path },
  clock: manualClock(Date.UTC(2026, 2, 4, 10)),
  logger: silentLogger,
  random: deterministicRandom('demo-event'),
};
const names = demoRegistryTypes.map(({ name }) => name);
const allStores = () => Promise.all(names.map((name) => registries.store(name, host)));

beforeAll(async () => {
  await allStores();
});
afterAll(async () => {
  for (const store of await allStores()) await store.close();
  directory.remove();
});

/** Lets an event happen, and reads what the feed of its registry tells. */
async function happen(kind: DemoEventKind, options?: DemoEventOptions) {
  const positions = new Map<string, string | undefined>();
  for (const name of names) {
    const store = await registries.store(name, host);
    positions.set(name, (await store.changes?.(undefined, 1))?.position);
  }
  const event = await demoEvent(kind, registries, host, options);
  const told: (RecordChange & { readonly registry: string })[] = [];
  for (const name of names) {
    const store = await registries.store(name, host);
    const page = await store.changes?.(positions.get(name), 100);
    told.push(...(page?.changes ?? []).map((change) => ({ ...change, registry: name })));
  }
  return { event, told };
}

describe('demoEvent', () => {
  const expected: Readonly<
    Record<DemoEventKind, readonly [registry: string, events: readonly string[], changes: number]>
  > = {
    birth: ['crvs', ['LiveBirth', 'REGISTER'], 1],
    death: ['crvs', ['Death', 'UPDATE'], 1],
    enrolment: ['ibr', ['enrollement'], 1],
    payment: ['ibr', ['BENEFIT_DISBURSEMENT', 'UPDATE'], 1],
    exit: ['ibr', ['enrollement_status_change', 'DISENROLLMENT', 'UPDATE'], 1],
    update: ['social', ['UPDATE'], 1],
    member: ['social', ['NewHouseHoldMember', 'UPDATE'], 3],
    assessment: ['dr', ['UPDATE'], 1],
    farm: ['fr', ['UPDATE'], 1],
  };

  it.each(demoEventKinds)('%s is told by the feed of its registry, as a record like all others', async (kind) => {
    for (let again = 0; again < 5; again += 1) {
      const { event, told } = await happen(kind);
      const [registry, events, changes] = expected[kind];
      const [about] = event.changes;
      expect([event.registry, about.events, told.length]).toEqual([registry, events, changes]);
      expect(event.changes.map(({ recordType, record }) => [recordType, record])).toEqual(
        told.map(({ recordType, record }) => [recordType, record]),
      );
      expect(told.every((change) => change.registry === registry)).toBe(true);
      const type = demoRegistryTypes.find(({ name }) => name === registry);
      for (const { recordType, record } of told) {
        const read = type && resolveRecordType(type, recordType)?.read(record);
        expect(read?.warnings).toEqual([]);
        expect(canonicalJson(read?.record ?? {})).toBe(canonicalJson(record));
      }
      const listed = toldEvents.filter((each) => each.kind === kind);
      expect(listed.every((each) => each.registry === registry)).toBe(true);
      const byType = (a: { recordType: string }, b: { recordType: string }) => (a.recordType < b.recordType ? -1 : 1);
      expect(event.changes.map(({ recordType, events }) => ({ recordType, events })).sort(byType)).toEqual(
        listed.map(({ recordType, events }) => ({ recordType, events })).sort(byType),
      );
      const store = await registries.store(registry, host);
      expect(await store.get(about.recordType, about.identifier)).toEqual(told[0]?.record);
    }
  });

  it('registers a newborn with its parents, who consents to eligibility checks', async () => {
    const { event, told } = await happen('birth');
    const record = told[0]?.record;
    expect(record).toMatchObject({
      birth_date: '2026-03-04',
      parent1_identifier: { identifier_type: 'UIN' },
      registration_date: '2026-03-04T10:00:00Z',
    });
    const store = await registries.store('crvs', host);
    const filter = {
      kind: 'identifier',
      identifierType: 'UIN',
      values: [event.changes[0].identifier.value],
      paths: ['identifier'],
    } as const;
    const consent = { recipient: 'anybody.example', purpose: 'eligibility', at: host.clock.now() };
    expect(await store.count({ recordType: 'Person', filter, consent })).toBe(1);
  });
});

describe('what suits', () => {
  it('is written, and nothing else', async () => {
    for (const sex of ['female', 'male', 'female', 'male']) {
      const suits = ({ changes: [{ record }] }: DemoEvent): boolean => record.sex === sex;
      const { event, told } = await happen('birth', { suits });
      expect(told.map(({ record }) => record.sex)).toEqual([sex]);
      expect(event.changes[0].record.sex).toBe(sex);
    }
  });

  it('may never come up; then nothing is written', async () => {
    const store = await registries.store('crvs', host);
    const { position } = (await store.changes?.(undefined, 1)) ?? {};
    await expect(demoEvent('birth', registries, host, { suits: () => false })).rejects.toMatchObject({
      code: 'err.state.conflict',
    });
    expect((await store.changes?.(position, 10))?.changes).toEqual([]);
  });
});

describe('createDemoRegistries', () => {
  it('opens each store once, from a file that stays', async () => {
    for (const name of names) {
      expect(await registries.store(name, host)).toBe(await registries.store(name, host));
      expect(existsSync(join(directory.path, 'registries', `${name}.sqlite`))).toBe(true);
    }
    expect(shown.join('')).toContain('Civil registry');
    expect(registries.options.map(({ type }) => type.name)).toEqual(names);
  });

  it('fills without the feed telling of it, and with consents of a part of the people', async () => {
    const fresh = temporaryDirectory();
    const other = createDemoRegistries({ persons: 200, output: { write: () => undefined } });
    const store = await other.store('social', { ...host, config: { dataDirectory: fresh.path } });
    expect((await store.changes?.('', 10))?.changes).toEqual([]);
    const filter = { kind: 'constant', value: true } as const;
    const count = (recipient?: string) =>
      store.count({
        recordType: 'Person',
        filter,
        ...(recipient !== undefined && { consent: { recipient, purpose: 'eligibility', at: host.clock.now() } }),
      });
    const [everyone, ours, others] = [await count(), await count('mis.demo.example'), await count('other.example')];
    expect(everyone).toBe(200);
    expect(ours).toBeGreaterThan(others);
    expect(others).toBeGreaterThan(80);
    expect(ours).toBeLessThan(180);
    await store.close();
    fresh.remove();
  });

  it('has no registry of another name', async () => {
    await expect(registries.store('ess', host)).rejects.toMatchObject({ code: 'err.configuration.invalid' });
  });
});
