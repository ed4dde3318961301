import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createClient, type DciClient } from 'dci-client';
import { isJsonObject, type JsonObject, type JsonValue, readPrivateKey, social, systemClock } from 'dci-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crypto, random } from '../bench/requests.ts';
import { type DemoHost, dci, readCredentials, startDemoHost, temporaryDirectory } from './demo-host.fixtures.ts';
import { registrants, type SeedQuery, seedQueries } from './seed-queries.fixtures.ts';

/** The value of the first identifier of that type, at a record's own identifier list. */
function identifierOf(record: JsonObject, member: string, type: string): string {
  const list = record[member];
  if (!Array.isArray(list)) return '';
  const found = (list as readonly JsonValue[]).find((item) => isJsonObject(item) && item.identifier_type === type);
  return isJsonObject(found) && typeof found.identifier_value === 'string' ? found.identifier_value : '';
}

/** Name of a found record: the UIN of the person, or of the head of the household. */
function uinOf(record: JsonObject, recordType: string): string {
  if (recordType !== 'Group') return identifierOf(record, 'identifier', 'UIN');
  const head = record.group_head_info;
  return isJsonObject(head) ? identifierOf(head, 'member_identifier', 'UIN') : '';
}

function expected({ matches, recordType }: SeedQuery): string[] {
  const found = registrants.filter((registrant) => matches(registrant));
  // A household's head in the record is its first living member, which a scan of heads need not be.
  if (recordType !== 'Group') return found.map(({ person }) => person.uin).sort();
  return found
    .map(({ household }) => household.people.find(({ deathDate }) => deathDate === undefined)?.uin ?? '')
    .sort();
}

function queryOption({ queryType, query }: SeedQuery): string[] {
  if (queryType === 'predicate') return ['--predicate', String(query)];
  if (queryType === 'expression') return ['--expression', JSON.stringify(query)];
  return isJsonObject(query) ? ['--id', `${String(query.type)}:${String(query.value)}`] : [];
}

describe("the seeds' queries on the demo data", () => {
  const directory = temporaryDirectory();
  let host: DemoHost;
  let client: DciClient;

  beforeAll(async () => {
    host = await startDemoHost(directory.path);
    const { url, senderId, keyFile, keyId, token } = readCredentials(host.credentials);
    const privateKey = await readPrivateKey(readFileSync(join(dirname(host.credentials), keyFile), 'utf8'));
    client = createClient({
      baseUrl: `${url}/dci_api/v1`,
      registry: social,
      senderId,
      key: privateKey,
      keyId,
      token,
      crypto,
      random,
      clock: systemClock,
      fetch: globalThis.fetch,
    });
  });
  afterAll(async () => {
    await host?.stop();
    directory.remove();
  });

  it('covers every form', () => {
    expect(new Set(seedQueries.map(({ queryType }) => queryType)).size).toBe(3);
    // A scan that finds nobody, or everybody, would not tell a right answer from a wrong one.
    const telling = seedQueries.filter((query) => {
      const { length } = expected(query);
      return length > 0 && length < registrants.length;
    });
    expect(telling.length).toBeGreaterThanOrEqual(seedQueries.length - 1);
  });

  it.for(seedQueries)('$source: over HTTP as a scan finds', async (query) => {
    const found: string[] = [];
    let page: { size: number; cursor?: string } = { size: 1000 };
    for (;;) {
      const result = await client.search({
        queryType: query.queryType,
        query: query.query,
        recordType: query.recordType ?? 'Person',
        page,
      });
      expect(result.warnings).toEqual([]);
      found.push(...result.records.map((record) => uinOf(record, result.recordType)));
      if (result.next?.cursor === undefined) {
        expect(result.totalCount).toBe(found.length);
        break;
      }
      page = { size: 1000, cursor: result.next.cursor };
    }
    expect(found.sort()).toEqual(expected(query));
  });

  it.for(seedQueries)('$source: on the command line as a scan finds', async (query) => {
    const search = ['search', '--credentials', host.credentials, '--registry', 'social'];
    const wanted = expected(query);
    const recordType = query.recordType ?? 'Person';
    const args = [...search, '--record-type', recordType, ...queryOption(query)];
    // Persons in one table over all pages; of households the table does not show the head, the envelope does.
    const { code, stdout, stderr } = await dci(
      recordType === 'Person' ? [...args, '--all', '--page-size', '1000'] : [...args, '--json', '--page-size', '1000'],
    );
    expect({ code, stderr }).toEqual({ code: wanted.length === 0 ? 1 : 0, stderr: '' });
    if (recordType === 'Person') {
      expect([...stdout.matchAll(/^UIN (\d{10})\b/gm)].map(([, uin]) => uin).sort()).toEqual(wanted);
      expect(stdout).toContain('signature valid (registry.demo.example');
    } else {
      const [item] = JSON.parse(stdout).search_response;
      expect(item.pagination.total_count).toBe(wanted.length);
      const records: JsonObject[] = item.data.reg_records;
      expect(records.map((record) => uinOf(record, recordType)).sort()).toEqual(wanted);
    }
  });
});
