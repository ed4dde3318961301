import type { JsonObject } from 'dci-core';
import { type CommandResult, manualClock, runCommand, temporaryDirectory } from 'dci-host/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BeneficiaryRegistry, startBeneficiaryRegistry } from '../../beneficiary-registry.fixtures.ts';
import { ibr } from '../../plugin.ts';
import { beneficiaryRecord } from '../../source.fixtures.ts';
import { clientPlugin } from '../host.fixtures.ts';

const clock = manualClock('2026-04-22T10:30:00Z');
let national: BeneficiaryRegistry;
let provincial: BeneficiaryRegistry;
beforeAll(async () => {
  [national, provincial] = await Promise.all([
    startBeneficiaryRegistry('national.example.org'),
    startBeneficiaryRegistry('provincial.example.org'),
  ]);
});
afterAll(() => Promise.all([national.stop(), provincial.stop()]));

const directory = temporaryDirectory();
afterAll(() => directory.remove());
beforeEach(() => {
  for (const registry of [national, provincial]) {
    registry.records = [];
    registry.deviation = {};
    registry.requests.length = 0;
  }
});

function dci(...argv: string[]): Promise<CommandResult> {
  const client = clientPlugin([national.client(), provincial.client()]);
  const plugins = [client, ibr({ client, sources: ['national', 'provincial'] })];
  return runCommand(['ibr', ...argv], {
    config: { senderId: 'mis.example.org', dataDirectory: directory.path, plugins },
    clock,
  });
}
async function json(...argv: string[]) {
  const { code, stdout, stderr } = await dci(...argv, '--json');
  return { code, stderr, body: JSON.parse(stdout) };
}
const refusing = (): void => {
  provincial.deviation = {
    answer: (response) => {
      response.writeHead(403, { 'content-type': 'application/json' });
      response.end('{"errors":[{"code":"err.request.forbidden","message":"ask\\u001b[2J again"}]}');
    },
  };
};
const enrolled: JsonObject = beneficiaryRecord({
  identifiers: [
    ['UIN', '77'],
    ['NationalID', 'X1'],
  ],
});

describe('dci ibr check', () => {
  it('ends with 0 when nobody has anything', async () => {
    const { code, stdout, stderr } = await dci('check', 'UIN:77', 'urn:gov:national-id:X1');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^no match: every registry answered, and none has an enrolment\ncheck [0-9a-f-]{36}\n$/);
    expect(national.requests[0]?.message.search_request).toMatchObject([
      { search_criteria: { query: { type: 'UIN', value: '77' } } },
      { search_criteria: { query: { type: 'urn:gov:national-id', value: 'X1' } } },
    ]);
  });

  it('ends with 1 when somebody is enrolled, and shows where', async () => {
    national.records = [enrolled];
    const { code, stdout } = await dci('check', 'UIN:77', '--programme', 'P1', '--birth-date', '1990-05-17');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^confirmed: enrolled already\n/);
    expect(stdout).toMatch(/Cash Transfer +P1 +Active +2024-03-01 +national +confirmed\n/);
    const possible = await dci(
      'check',
      'UIN:77',
      '--birth-date',
      '1991-05-17',
      '--given-name',
      'Ada',
      '--surname',
      'Okafor',
    );
    expect(possible.code).toBe(1);
    expect(possible.stdout).toMatch(/possible +birth_date_differs, name_differs\n/);
  });

  it('ends with 2 when a registry failed and nothing was found, and says why', async () => {
    refusing();
    const { code, stdout, stderr } = await dci('check', 'UIN:77');
    expect(code).toBe(2);
    expect(stdout).toMatch(/^incomplete: /);
    expect(stderr).toBe('provincial: refused err.request.forbidden\nprovincial says: ask\ufffd[2J again\n');
  });

  it('ends with 1 when somebody is enrolled although another registry failed', async () => {
    national.records = [enrolled];
    refusing();
    const { code, stdout } = await dci('check', 'UIN:77');
    expect(code).toBe(1);
    expect(stdout).toContain('not every registry answered, so that there may be more');
  });

  it('prints one document', async () => {
    national.records = [enrolled];
    refusing();
    const { code, body } = await json('check', 'UIN:77', '--programme', 'p1', '--sex', 'M', '--timeout', '5');
    expect(code).toBe(1);
    expect(body).toEqual({
      status: 'possible',
      clear: false,
      complete: false,
      checked_at: '2026-04-22T10:30:00Z',
      check_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      programmes: [{ identifier: 'P1', name: 'Cash Transfer', level: 'possible', sources: ['national'] }],
      matches: [
        {
          level: 'possible',
          source: 'national',
          programme: { identifier: 'P1', name: 'Cash Transfer' },
          state: 'active',
          status: '1',
          enrolled_on: '2024-03-01',
          same_programme: true,
          basis: 'identifier',
          identifiers: [{ type: 'UIN', value: '77' }],
          doubts: ['sex_differs'],
          message_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      ],
      excluded: [],
      sources: [
        { source: 'national', status: 'answered', failures: [] },
        { source: 'provincial', status: 'failed', failures: ['refused err.request.forbidden'] },
      ],
    });
  });

  it('leaves programmes out that are no duplicates, and asks by person where it is told to', async () => {
    national.records = [enrolled];
    const excluded = await dci('check', 'UIN:77', '--exclude', 'OTHER', '--exclude', 'P1');
    expect([excluded.code, excluded.stdout]).toEqual([0, expect.stringMatching(/ excluded\n/)]);
    const person = ['--surname', 'Núñez', '--birth-date', '1990-05-17', '--demographic'];
    const found = await json('check', 'UIN:9', ...person);
    expect([found.code, found.body.matches[0].doubts]).toEqual([1, ['demographic']]);
  });

  it.each([
    ['no identifier', []],
    ['an identifier without type', ['77']],
    ['an identifier without value', ['UIN:']],
    ['a time that is none', ['UIN:1', '--timeout', 'soon']],
    ['a birth date that is none', ['UIN:1', '--birth-date', 'soon']],
    ['a search by person without one', ['UIN:1', '--demographic']],
  ])('refuses %s', async (_, argv) => {
    const { code, stdout, stderr } = await dci('check', ...argv);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: /);
    expect(national.requests).toEqual([]);
  });
});

describe('dci ibr enrolled', () => {
  it('answers yes, no or unknown by its exit code', async () => {
    national.records = [enrolled];
    const yes = await dci('enrolled', 'UIN:77');
    expect([yes.code, yes.stdout]).toEqual([0, expect.stringMatching(/^yes\n.*\nnational +yes +enrolled\n/)]);
    expect((await dci('enrolled', 'UIN:78')).code).toBe(1);
    expect((await dci('enrolled', 'UIN:77', '--programme', 'P2')).code).toBe(1);
    refusing();
    const unknown = await dci('enrolled', 'UIN:78');
    expect([unknown.code, unknown.stdout]).toEqual([2, expect.stringMatching(/^unknown\n/)]);
    expect(unknown.stderr).toContain('provincial: refused err.request.forbidden');
    expect(await json('enrolled', 'UIN:77')).toMatchObject({
      code: 0,
      body: {
        answer: 'yes',
        sources: [
          { source: 'national', answer: 'yes', by: 'enrolled' },
          { source: 'provincial', answer: 'unknown', failure: 'refused err.request.forbidden' },
        ],
      },
    });
  });
});

describe('dci ibr status', () => {
  it('lists enrolments', async () => {
    national.records = [
      { ...enrolled, benefits: [{ benefit_type: '1', benefit_value: 'USD 50', benefit_date: '2026-01-31' }] },
    ];
    const { code, stdout } = await dci('status', 'NID:x-1');
    expect(code).toBe(1);
    expect(stdout).toBe('no enrolment\n');
    const found = await dci('status', 'NationalID:X1');
    expect(found.code).toBe(0);
    expect(found.stdout).toMatch(/Cash Transfer +P1 +Active +2024-03-01 +national +USD 50 2026-01-31\n/);
    expect(await json('status', 'UIN:77')).toMatchObject({
      code: 0,
      body: {
        status: 'found',
        complete: true,
        enrollments: [
          { source: 'national', state: 'active', identifier_shown: true, benefits: [{ benefit_type: '1' }] },
        ],
      },
    });
    refusing();
    expect((await dci('status', 'UIN:77')).code).toBe(2);
    const nothing = await dci('status', 'UIN:78');
    expect([nothing.code, nothing.stdout]).toEqual([2, 'nothing was found, but not every registry answered\n']);
  });
});

describe('dci ibr checks', () => {
  it('lists, shows and decides', async () => {
    national.records = [enrolled];
    clock.advance(60_000);
    const first = (await json('check', 'UIN:77', '--asked-by', 'desk 4', '--programme', 'NEW')).body.check_id;
    clock.advance(60_000);
    const second = (await json('check', 'UIN:1234')).body.check_id;
    const listed = async (...argv: string[]) =>
      (await json('checks', 'list', ...argv)).body.map((check: JsonObject) => check.check_id);
    expect((await listed()).slice(0, 2)).toEqual([second, first]);
    expect(await listed('--limit', '1')).toEqual([second]);
    expect(await listed('--asked-by', 'desk 4')).toEqual([first]);
    expect(await listed('--identifier', 'UIN:1234')).toEqual([second]);
    expect(await listed('--undecided', '--asked-by', 'desk 4')).toEqual([first]);
    expect(
      await listed('--status', 'confirmed', '--since', '2026-04-22T10:31:00Z', '--until', '2026-04-22T10:32:00Z'),
    ).toEqual([first]);
    expect((await dci('checks', 'list', '--asked-by', 'desk 4')).stdout).toMatch(
      /confirmed +yes +desk 4 +Cash Transfer\n/,
    );
    expect((await dci('checks', 'list', '--asked-by', 'nobody')).stdout).toBe('There is no such check.\n');

    const decide = ['--verdict', 'no_duplicate', '--by', 'Ada', '--note', 'twin sister'];
    const decided = await dci('checks', 'resolve', first, ...decide);
    expect([decided.code, decided.stdout]).toEqual([0, `check ${first}: no_duplicate\n`]);
    expect(await listed('--undecided', '--asked-by', 'desk 4')).toEqual([]);
    const again = await json('checks', 'resolve', first, '--verdict', 'duplicate', '--by', 'Grace');
    expect(again.body.decisions).toEqual([
      { verdict: 'no_duplicate', by: 'Ada', note: 'twin sister', at: '2026-04-22T10:32:00Z' },
      { verdict: 'duplicate', by: 'Grace', at: '2026-04-22T10:32:00Z' },
    ]);
    const shown = await json('checks', 'show', first);
    expect(shown.body).toMatchObject({
      check_id: first,
      asked_by: 'desk 4',
      programme: 'NEW',
      status: 'confirmed',
      complete: true,
      sources: [{ source: 'national', status: 'answered', failures: [] }, {}],
      matches: [{ level: 'confirmed', programme: { identifier: 'P1' }, enrolled_on: '2024-03-01' }],
    });
    const { stdout } = await dci('checks', 'show', first);
    expect(stdout).toMatch(/asked by +desk 4\n/);
    expect(stdout).toMatch(/confirmed +Cash Transfer +active +2024-03-01 +national\n/);
    expect(stdout).toMatch(/no_duplicate +Ada +2026-04-22T10:32:00Z +twin sister\n/);
    expect(stdout + JSON.stringify(shown.body)).not.toMatch(/\b77\b/);
  });

  it.each([
    ['showing no check', ['show', 'none'], 1],
    ['a decision on no check', ['resolve', 'none', '--verdict', 'duplicate', '--by', 'Ada'], 1],
    ['a verdict that is none', ['resolve', 'none', '--verdict', 'maybe', '--by', 'Ada'], 2],
    ['a decision of nobody', ['resolve', 'none', '--verdict', 'duplicate'], 2],
    ['a status that is none', ['list', '--status', 'maybe'], 2],
    ['a time that is none', ['list', '--since', 'soon'], 2],
    ['a number that is none', ['list', '--limit', '0'], 2],
    ['an identifier that is none', ['list', '--identifier', '77'], 2],
  ])('%s ends with its exit code', async (_, argv, code) => {
    const result = await dci('checks', ...argv);
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(result.stderr).not.toBe('');
  });
});
