import { DciError, dr, ibr, type JsonObject, type JsonValue, readJson } from 'dci-core';
import type { TestHostOptions } from 'dci-host/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccessPolicy, RegistryPolicy } from './access/policy.ts';
import { memoryAdapter } from './adapters/memory-adapter.ts';
import type { EnrollmentSink, EnrollmentUpdate } from './operations/special/enrollment-sink.ts';
import {
  headerOf,
  isSignedByHost,
  startTestServer,
  type TestPeer,
  type TestReply,
  type TestServer,
} from './server.fixtures.ts';
import { hasStandardFiles, standardFile } from './standard/standard-file.fixtures.ts';

const uin = (value: string): JsonObject => ({ identifier_type: 'UIN', identifier_value: value });
const person = (name: string, status: string | undefined, more: JsonObject = {}): JsonObject => ({
  '@context': 'https://schema.spdci.org/extensions/dr/v1',
  '@type': 'PWD_Person',
  personal_details: {
    member_identifier: [uin(name)],
    demographic_info: { name: { surname: name, given_name: 'Test' } },
  },
  ...(status === undefined ? {} : { disability_status: status }),
  ...more,
});
const support = {
  human_assistance: [{ type: 'mobility', intensity: 'daily', support: 'needed' }],
  housing_support: [{ type: 'home_adaptation', status: 'needed' }],
};
const details = [{ impairment_type: '1', impairment_level: '2' }];
const disabled: readonly JsonObject[] = [
  person('approved', '0', { disability_support: [support], disability_details: details }),
  person('pending', '1', { disability_support: [support] }),
  person('expired', '2'),
  person('silent', undefined),
  person('renewed', '2'),
  person('renewed', '0'),
];
const beneficiary = (name: string, programme: string, status?: string): JsonObject => ({
  '@context': 'https://schema.spdci.org/extensions/ibr/v1',
  '@type': 'Beneficiary',
  member: { member_identifier: [uin(name)], demographic_info: { name: { surname: name, given_name: 'Test' } } },
  programme_identifier: [{ programme_identifier: programme, programme_name: 'Cash Transfer' }],
  ...(status === undefined ? {} : { enrollment_status: status }),
});
const enrolled: readonly JsonObject[] = [
  beneficiary('active', 'P1', '1'),
  beneficiary('active', 'P2', '3'),
  beneficiary('graduated', 'P1', '3'),
  beneficiary('suspended', 'P1', '4'),
  beneficiary('silent', 'P1'),
];

const allActions = ['enrolled', 'enrollment-updates', 'disabled', 'disability-support', 'disability-details'];
const policy = (changes: { ibr?: Partial<RegistryPolicy>; dr?: Partial<RegistryPolicy> } = {}): AccessPolicy => ({
  registries: {
    ibr: { actions: allActions, recordTypes: { Beneficiary: { fields: ['**'] } }, ...changes.ibr },
    dr: { actions: allActions, recordTypes: { DisabledPerson: { fields: ['**'] } }, ...changes.dr },
  },
});

let server: TestServer;
let updates: EnrollmentUpdate[];
const start = async (sink?: EnrollmentSink | 'none', host: TestHostOptions = {}): Promise<void> => {
  updates = [];
  const onEnrollmentUpdate = sink ?? ((update: EnrollmentUpdate) => void updates.push(update));
  server = await startTestServer({
    registries: [
      {
        type: ibr,
        adapter: memoryAdapter({ registryType: ibr, records: { Beneficiary: enrolled } }),
        ...(onEnrollmentUpdate === 'none' ? {} : { onEnrollmentUpdate }),
      },
      { type: dr, adapter: memoryAdapter({ registryType: dr, records: { DisabledPerson: disabled } }) },
    ],
    policy: policy(),
    host,
  });
};
beforeEach(() => start());
afterEach(() => server[Symbol.asyncDispose]());

/** Calls, and holds every reply against the standard's file. */
async function call(
  path: string,
  message: JsonObject,
  from?: TestPeer,
  header: JsonObject = {},
  isValid = true,
): Promise<TestReply> {
  const [registry = ''] = path.split('/');
  const body = await server.envelope({ message, header }, from);
  const reply = await server.send(body, { path: `/dci_api/v1/${path}` }, from);
  if (reply.status === 200) {
    expect(await isSignedByHost(reply, server)).toBe(true);
    if (hasStandardFiles) {
      const standardPath = path.replace(`${registry}/`, '/');
      const { value } = readJson(body);
      if (isValid) expect(file(registry).requestFaults(standardPath, value)).toEqual([]);
      expect(file(registry).replyFaults(standardPath, 200, reply.body), reply.text).toEqual([]);
    }
  }
  return reply;
}

const files = new Map<string, ReturnType<typeof standardFile>>();
function file(registry: string): ReturnType<typeof standardFile> {
  const known = files.get(registry) ?? standardFile(registry);
  files.set(registry, known);
  return known;
}

const messageOf = ({ body }: TestReply): JsonObject => body.message as JsonObject;
const listOf = (reply: TestReply, name: string) => messageOf(reply)[name] as readonly JsonObject[];
const byName = (name: string): JsonObject => ({ 'member.member_identifier': { eq: name } });
const askDisabled = (query: JsonValue, from?: TestPeer, more: JsonObject = {}) =>
  call('dr/registry/sync/disabled', { transaction_id: 't1', disabled_criteria: { query, ...more } }, from);
const askEnrolled = (query: JsonValue, from?: TestPeer) =>
  call('ibr/registry/sync/enrolled', { transaction_id: 't1', enrolled_criteria: { query } }, from);
const peerWith = (changes: Parameters<typeof policy>[0]) =>
  server.addPeer({ senderId: 'limited.example.org', policy: policy(changes) });

describe('sync/disabled', () => {
  it.each([
    ['approved', ['yes']],
    ['renewed', ['yes']],
    ['expired', ['no']],
    ['pending', []],
    ['silent', []],
    ['nobody', []],
  ])('says of %s: %j', async (name, said) => {
    const reply = await askDisabled(byName(name));
    expect(headerOf(reply)).toMatchObject({ action: 'on-search', status: 'succ', total_count: 1, completed_count: 1 });
    expect(messageOf(reply)).toMatchObject({ transaction_id: 't1', correlation_id: expect.stringMatching(/.{36}/) });
    const items = listOf(reply, 'disabled_response');
    expect(items.map(({ disabled_status }) => disabled_status)).toEqual(said);
    if (items.length > 0) expect(items[0]).toMatchObject({ reference_id: 't1', status: 'succ' });
    else expect(headerOf(reply).status_reason_message).toBe('nothing is known that says yes or no');
  });

  it.each<[string, JsonObject]>([
    ['an expression with $', { query: { member_identifier: { $eq: 'approved' } } }],
    ['a bare value', { query: { member_identifier: 'approved' } }],
    ["the file's query type", { query: byName('approved'), query_type: 'expression' }],
    ['a reference of its own', { query: byName('approved'), reference_id: 'r7' }],
  ])('reads %s', async (_, { query, ...more }) => {
    const [item] = listOf(await askDisabled(query ?? null, undefined, more), 'disabled_response');
    expect(item).toMatchObject({ disabled_status: 'yes', reference_id: more.reference_id ?? 't1' });
  });

  it.each<[string, JsonValue]>([
    ['an empty query', {}],
    ['an unknown attribute', { nothing: 'x' }],
  ])('refuses %s in the header, and says neither yes nor no', async (_, query) => {
    const reply = await askDisabled(query);
    expect(headerOf(reply)).toMatchObject({ status: 'rjct', status_reason_message: expect.any(String) });
    expect(listOf(reply, 'disabled_response')).toEqual([]);
  });

  it('is not answered to whom the policy does not grant it, whatever else it grants', async () => {
    const peer = await peerWith({ dr: { actions: ['search', 'disability-support'] } });
    const reply = await askDisabled(byName('approved'), peer);
    expect(headerOf(reply)).toMatchObject({ status: 'rjct', status_reason_code: 'rjct.action.not_supported' });
    expect(listOf(reply, 'disabled_response')).toEqual([]);
  });

  it('is not answered to whom the status may not be read', async () => {
    const recordTypes = { DisabledPerson: { fields: ['personal_details.**'] } };
    const reply = await askDisabled(byName('approved'), await peerWith({ dr: { recordTypes } }));
    expect(headerOf(reply)).toMatchObject({ status: 'rjct' });
    expect(reply.text).not.toMatch(/yes|"no"/);
  });

  it('knows nothing of a person who is hidden, in the words that it has for one who is not there', async () => {
    const recordTypes = { DisabledPerson: { fields: ['**'], visible: 'surname != "approved"' } };
    const peer = await peerWith({ dr: { recordTypes } });
    const said = async (name: string) => {
      const reply = await askDisabled(byName(name), peer);
      const { message_id: _, ...header } = headerOf(reply);
      return [header, listOf(reply, 'disabled_response')];
    };
    expect(await said('approved')).toEqual(await said('nobody'));
    expect((await said('expired'))[1]).toMatchObject([{ disabled_status: 'no' }]);
  });

  it('leaves an audit row', async () => {
    await askDisabled(byName('approved'));
    const { database } = server.host.context;
    const rows = database.relaxed
      .prepare("SELECT count(*) FROM dci_server_audit WHERE action = 'disabled'")
      .pluck()
      .get();
    expect(rows).toBe(1);
  });
});

describe('sync/enrolled', () => {
  it.each([
    ['active', 'yes'],
    ['suspended', 'yes'],
    ['silent', 'yes'],
    ['graduated', 'no'],
    ['nobody', 'no'],
  ])('says of %s: %s', async (name, said) => {
    const reply = await askEnrolled({ person_identifier: { eq: name } });
    expect(headerOf(reply)).toMatchObject({ action: 'on-search', status: 'succ' });
    expect(listOf(reply, 'enrolled_response')).toMatchObject([
      { reference_id: 't1', status: 'succ', enrolled_status: said },
    ]);
  });

  it.each([
    ['P1', 'yes'],
    ['P2', 'no'],
    ['P3', 'no'],
  ])('says it of programme %s', async (programme, said) => {
    const reply = await askEnrolled({
      person_identifier: { eq: 'active' },
      'programme_identifier.program.programme_identifier': { eq: programme },
    });
    expect(listOf(reply, 'enrolled_response')).toMatchObject([{ enrolled_status: said }]);
  });

  it('refuses what cannot be asked or answered', async () => {
    const fields = ['member.**', 'programme_identifier'];
    const unread = await peerWith({ ibr: { recordTypes: { Beneficiary: { fields } } } });
    for (const reply of [await askEnrolled({}), await askEnrolled({ person_identifier: 'active' }, unread)]) {
      expect(headerOf(reply).status).toBe('rjct');
      expect(listOf(reply, 'enrolled_response')).toEqual([]);
    }
  });

  it('refuses a message without criteria as it stands', async () => {
    const reply = await call('ibr/registry/sync/enrolled', { transaction_id: 't1' });
    expect([reply.status, reply.body.errors]).toMatchObject([400, [{ code: 'err.request.bad' }]]);
  });
});

describe.each([
  ['disability-support', 'disability_support', [[support]], [[]]],
  ['disability-details', 'disability_details', [{ disability_details: details }], [{ disability_details: [] }]],
])('sync/get-%s', (name, member, full, empty) => {
  const ask = (query: JsonValue, from?: TestPeer) =>
    call(`dr/registry/sync/get-${name}`, { transaction_id: 't1', disabled_criteria: { query } }, from);

  it('gives this part of the record and nothing else', async () => {
    const reply = await ask(byName('approved'));
    expect(headerOf(reply)).toMatchObject({ action: 'on-search', status: 'succ' });
    expect(listOf(reply, 'search_response')).toMatchObject([
      { reference_id: 't1', status: 'succ', pagination: { total_count: 1 }, locale: 'eng' },
    ]);
    const [item] = listOf(reply, 'search_response');
    expect(item?.data).toEqual({ version: '1.0.0', reg_records: full });
    expect(reply.text).not.toContain('surname');
  });

  it('gives an empty list for a person without any, and none for nobody', async () => {
    const [expired] = listOf(await ask(byName('expired')), 'search_response');
    expect(expired?.data).toEqual({ version: '1.0.0', reg_records: empty });
    const [nobody] = listOf(await ask(byName('nobody')), 'search_response');
    expect(nobody).toMatchObject({ status: 'succ', data: { reg_records: [] }, pagination: { total_count: 0 } });
  });

  it('refuses what cannot be asked, with its code', async () => {
    expect(listOf(await ask({ nothing: 1 }), 'search_response')).toMatchObject([
      { reference_id: 't1', status: 'rjct', status_reason_code: 'rjct.filter.invalid' },
    ]);
  });

  it('is not answered to whom it may not be read: * does not grant what is sensitive', async () => {
    const peer = await peerWith({ dr: { recordTypes: { DisabledPerson: { fields: ['*'] } } } });
    const reply = await ask({ disability_status: '0' }, peer);
    expect(listOf(reply, 'search_response')).toMatchObject([
      { status: 'rjct', status_reason_code: 'rjct.search_criteria.invalid' },
    ]);
    expect(reply.text).not.toContain('reg_records');
  });

  it('is cut to the part that may be read', async () => {
    const fields = ['disability_status', 'disability_support.housing_support.**', 'disability_details.impairment_type'];
    const peer = await peerWith({ dr: { recordTypes: { DisabledPerson: { fields } } } });
    const [item] = listOf(await ask({ disability_status: '0' }, peer), 'search_response');
    const [first] = ((item?.data ?? {}) as JsonObject).reg_records as readonly JsonValue[];
    expect(first).toEqual(
      member === 'disability_support'
        ? [{ housing_support: support.housing_support }]
        : { disability_details: [{ impairment_type: '1' }] },
    );
  });

  it('is not answered to whom the policy does not grant it', async () => {
    const reply = await ask(byName('approved'), await peerWith({ dr: { actions: ['disabled'] } }));
    expect(headerOf(reply)).toMatchObject({ status: 'rjct', status_reason_code: 'rjct.action.not_supported' });
    expect(listOf(reply, 'search_response')).toEqual([]);
  });
});

describe('sync/enrollment/updates', () => {
  const header = { action: 'notify', status: 'succ' };
  const deliver = (beneficiaries: readonly JsonValue[], from?: TestPeer) =>
    call(
      'ibr/registry/sync/enrollment/updates',
      { transaction_id: 't1', enrolled_updates: { beneficiaries } },
      from,
      header,
      beneficiaries.every((one) => typeof one === 'object'),
    );

  it('hands every beneficiary to the application, in its own spelling', async () => {
    const reply = await deliver([
      beneficiary('new', 'P1', '1'),
      { member: { memberIdentifier: [uin('old')] }, enrolment_status: 'Graduated' },
    ]);
    expect(headerOf(reply)).toMatchObject({ action: 'on-notify', status: 'succ', total_count: 2, completed_count: 2 });
    expect(listOf(reply, 'enrolled_response')).toMatchObject([
      { reference_id: 'beneficiaries[0]', status: 'succ' },
      { reference_id: 'beneficiaries[1]', status: 'succ' },
    ]);
    expect(updates).toMatchObject([
      {
        senderId: 'mis.example.org',
        transactionId: 't1',
        recordType: 'Beneficiary',
        record: { enrollment_status: '1', member: { member_identifier: [uin('new')] } },
        receivedAt: server.clock.now(),
      },
      { referenceId: 'beneficiaries[1]', record: { enrollment_status: '3' } },
    ]);
  });

  it('refuses single beneficiaries that are none, or that the application does not take', async () => {
    await server[Symbol.asyncDispose]();
    let count = 0;
    await start(() => {
      count += 1;
      if (count === 2) throw new DciError('err.request.bad', 'the programme is not known here');
      if (count === 3) throw new Error('secret');
    });
    const reply = await deliver([beneficiary('a', 'P1'), 'nobody', beneficiary('b', 'P9'), beneficiary('c', 'P1')]);
    expect(headerOf(reply)).toMatchObject({ status: 'succ', total_count: 4 });
    expect(
      listOf(reply, 'enrolled_response').map(({ status, status_reason_message }) => [status, status_reason_message]),
    ).toEqual([
      ['succ', undefined],
      ['rjct', expect.any(String)],
      ['rjct', 'the programme is not known here'],
      ['rjct', 'the beneficiary could not be taken; try again later'],
    ]);
    expect(reply.text).not.toContain('secret');
  });

  it('is refused without a function that takes them, and to whom the policy does not grant it', async () => {
    const peer = await peerWith({ ibr: { actions: ['enrolled'] } });
    const denied = await deliver([beneficiary('a', 'P1')], peer);
    await server[Symbol.asyncDispose]();
    await start('none');
    for (const reply of [denied, await deliver([beneficiary('a', 'P1')])]) {
      expect(headerOf(reply)).toMatchObject({ status: 'rjct', status_reason_code: 'rjct.action.not_supported' });
      expect(listOf(reply, 'enrolled_response')).toEqual([]);
    }
    expect(updates).toEqual([]);
  });

  it('takes no more beneficiaries than a message may hold, and no replay', async () => {
    const many = await deliver(Array.from({ length: 2000 }, () => ({})));
    expect(headerOf(many)).toMatchObject({ status: 'rjct', status_reason_code: 'rjct.total_count.limit_exceeded' });
    const body = await server.envelope({
      message: { transaction_id: 't1', enrolled_updates: { beneficiaries: [beneficiary('a', 'P1')] } },
      header,
    });
    const path = '/dci_api/v1/ibr/registry/sync/enrollment/updates';
    expect((await server.send(body, { path })).status).toBe(200);
    expect((await server.send(body, { path })).status).toBe(409);
    expect(updates).toHaveLength(1);
  });
});

it('only the registry that has a call answers it', async () => {
  for (const path of ['dr/registry/sync/enrolled', 'ibr/registry/sync/disabled']) {
    expect((await call(path, { transaction_id: 't1' })).status).toBe(404);
  }
});
