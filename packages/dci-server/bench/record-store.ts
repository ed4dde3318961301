/**
 * Times the record store: import, and the searches of `reference/search-at-scale.md`.
 *
 * node --conditions=dci-source packages/dci-server/bench/record-store.ts [persons, default 100000]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Filter, type JsonObject, social } from 'dci-core';
import type { PageRequest, RecordQuery } from '../src/adapters/adapter.ts';
import { recordStoreAdapter } from '../src/adapters/record-store/record-store-adapter.ts';

const count = Number(process.argv[2] ?? 100_000);
const directory = mkdtempSync(join(tmpdir(), 'dci-bench-'));
const file = join(directory, 'social.db');

/** A small linear congruential generator: the same persons every time. */
let state = 1;
function draw(limit: number): number {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
  return (state >>> 8) % limit;
}

const syllables = ['ma', 'ri', 'jo', 'an', 'lo', 'ke', 'no', 'wa', 'si', 'te', 'ru', 'bi', 'xa', 'zu', 'ñe', 'ão'];
function name(): string {
  const text = Array.from({ length: 2 + draw(3) }, () => syllables[draw(syllables.length)]).join('');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function day(from: number, years: number): string {
  const parts = [from + draw(years), 1 + draw(12), 1 + draw(28)];
  return parts.map((part) => String(part).padStart(2, '0')).join('-');
}

function* persons(): Iterable<JsonObject> {
  for (let number = 1; number <= count; number += 1) {
    yield {
      identifier: [{ identifier_type: 'UIN', identifier_value: `UIN${number}` }],
      name: { surname: name(), given_name: name() },
      sex: draw(2) === 0 ? 'female' : 'male',
      birth_date: day(1935, 90),
      address: [{ locality: name(), region_code: `REGION_${draw(12)}`, postal_code: String(10_000 + draw(900)) }],
      ...(draw(3) === 0 && { phone_number: [`+25470${String(draw(10_000_000)).padStart(7, '0')}`] }),
      is_disabled: draw(20) === 0,
      registration_date: `${day(2015, 11)}T08:00:00Z`,
    };
  }
}

const started = performance.now();
const store = recordStoreAdapter({ registryType: social, file, indexes: { Person: [['sex', 'birth_date']] } });
await store.import('Person', persons());
const seconds = (performance.now() - started) / 1000;
console.log(`import: ${count} persons in ${seconds.toFixed(1)} s, ${Math.round(statSync(file).size / 1e6)} MB`);

const compare = (
  attribute: string,
  operator: 'eq' | 'gte' | 'lt' | 'contains' | 'startsWith',
  value: string,
): Filter => ({
  kind: 'comparison',
  attribute,
  operator,
  value,
});
const and = (...filters: Filter[]): Filter => ({ kind: 'and', filters });
const everyone: Filter = { kind: 'constant', value: true };
const byBirth = [{ attribute: 'birth_date', order: 'asc' }] as const;
const women = compare('sex', 'eq', 'female');
const nineties = and(women, compare('birth_date', 'gte', '1990-01-01'), compare('birth_date', 'lt', '2000-01-01'));

type Search = Partial<RecordQuery> & { readonly filter: Filter };

/** Each call changes something, so that no kept count helps; `asItIs` says that nothing changes. */
async function time(label: string, search: Search, asItIs = false, runs = 50): Promise<void> {
  const times: number[] = [];
  let total = 0;
  for (let run = 0; run < runs; run += 1) {
    if (!asItIs) await store.put('Person', { identifier: [{ identifier_type: 'UIN', identifier_value: 'changing' }] });
    const before = performance.now();
    const page = await store.search({ recordType: 'Person', sort: [], page: { size: 20, number: 1 }, ...search });
    times.push(performance.now() - before);
    total = page.totalCount;
  }
  times.sort((a, b) => a - b);
  const at = (part: number) => (times[Math.min(runs - 1, Math.floor(part * runs))] ?? 0).toFixed(3).padStart(9);
  console.log(`${label.padEnd(46)} p50 ${at(0.5)} ms  max ${at(1)} ms  ${total} found`);
}

async function pageBehind(search: Search, skipped: number): Promise<PageRequest> {
  const number = Math.max(1, Math.floor(skipped / 1000));
  const query = { recordType: 'Person', sort: [], ...search, page: { size: 1000, number } };
  const { next } = await store.search(query);
  return next === undefined ? { size: 20, number: 1 } : { size: 20, after: next };
}

const identifier: Filter = {
  kind: 'identifier',
  identifierType: 'UIN',
  values: [`UIN${Math.ceil(count / 2)}`],
  paths: ['identifier'],
};
await time('identifier', { filter: identifier }, true, 2000);
await time('sex', { filter: women });
await time('sex and birth range, sorted by birth', { filter: nineties, sort: byBirth });
await time('the same, count kept', { filter: nineties, sort: byBirth }, true);
await time(
  'the same, behind a third, by number',
  { filter: nineties, sort: byBirth, page: { size: 20, number: Math.ceil(count / 1200) } },
  true,
);
await time(
  'the same, behind a third, by position',
  { filter: nineties, sort: byBirth, page: await pageBehind({ filter: nineties, sort: byBirth }, count / 60) },
  true,
);
await time('everyone, sorted by surname', { filter: everyone, sort: [{ attribute: 'name.surname', order: 'asc' }] });
await time('everyone, sorted by surname, descending', {
  filter: everyone,
  sort: [{ attribute: 'name.surname', order: 'desc' }],
});
await time('everyone, sorted by sex', { filter: everyone, sort: [{ attribute: 'sex', order: 'asc' }] });
await time('surname starts with', { filter: compare('name.surname', 'startsWith', 'wani') });
await time('surname contains, common', { filter: compare('name.surname', 'contains', 'mari') });
await time('surname contains, rare', { filter: compare('name.surname', 'contains', 'zuxazuxa') });
await time('any name contains, common', { filter: compare('name', 'contains', 'mari') });
await time('any name contains, rare', { filter: compare('name', 'contains', 'zuxazuxa') });
await time('locality (several values) equal', { filter: compare('address.locality', 'eq', 'Mari') });
await time('not a surname', { filter: { kind: 'not', filter: compare('name.surname', 'eq', 'Mari') } });

await store.close();
rmSync(directory, { recursive: true });
