import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { fixedClock } from '../testing/clock.ts';
import { collectingLogger } from '../testing/logger.ts';
import { createLogger, logFieldNames } from './logger.ts';

describe('a log line', () => {
  test('has level, time, fields and message', () => {
    const logger = collectingLogger(fixedClock('2026-04-22T10:30:00Z'));
    logger.child({ plugin: 'x' }).warn({ status: 503, code: 'err.service.unavailable' }, 'slow');
    expect(logger.text()).toBe(
      '{"level":"warn","time":"2026-04-22T10:30:00.000Z","plugin":"x","status":503,"code":"err.service.unavailable","msg":"slow"}\n',
    );
  });

  test('drops every field that is not on the list, and counts it', () => {
    const logger = collectingLogger();
    logger.info({ status: 200, body: 'canary', name: 'canary', authorization: 'canary' }, 'request');
    logger.child({ token: 'canary' }).error({ err: 'canary' }, 'x');
    expect(logger.text()).not.toContain('canary');
    expect(logger.lines()[0]).toMatchObject({ status: 200, dropped: 3 });
    expect(Object.keys(logger.lines()[0] ?? {})).toEqual(['level', 'time', 'status', 'dropped', 'msg']);
  });

  test('is one line of bounded length, whatever a field holds', () => {
    const logger = collectingLogger();
    logger.info({ message_id: `a\n{"level":"error"}${'x'.repeat(5000)}` }, 'request');
    expect(logger.text().split('\n')).toHaveLength(2);
    expect(logger.text().length).toBeLessThan(1200);
  });
});

test('every field that the packages log is on the list', () => {
  const packages = fileURLToPath(new URL('../../..', import.meta.url));
  const logged = ['dci-core', 'dci-host', 'dci-server', 'dci-client'].flatMap((name) => {
    const sources = join(packages, name, 'src');
    return globSync('**/*.ts', { cwd: sources })
      .filter((file) => !/\.(test|fixtures)\.ts$/.test(file))
      .flatMap((file) => fieldsLogged(readFileSync(join(sources, file), 'utf8')).map((field) => ({ file, field })));
  });
  expect(logged.map(({ field }) => field)).toEqual(expect.arrayContaining(['fault', 'check', 'sender_id', 'key_id']));
  expect(logged.filter(({ field }) => !logFieldNames.has(field))).toEqual([]);
});

/** The names of the members of object literals that are given to a logger or to the log line of a request. */
function fieldsLogged(source: string): readonly string[] {
  const text = source.replace(/'[^'\n]*'/g, "''");
  const starts = /(?:\blogger\??\.(?:debug|info|warn|error|child)\(|\blogFields(?: =|:))\s*(?=\{)/g;
  return [...text.matchAll(starts)].flatMap(({ index, 0: { length } }) => {
    let depth = 0;
    let members = '';
    for (const character of text.slice(index + length)) {
      if ('}])'.includes(character)) depth -= 1;
      if (depth === 0 && members !== '') break;
      if (depth === 1 || members === '') members += character;
      if ('{[('.includes(character)) depth += 1;
    }
    return [...members.matchAll(/[{,]\s*(\w+)\s*(?=[:,]|$)/g)].map((match) => match[1] ?? '');
  });
}

test('levels below the configured one are not written', () => {
  const written: string[] = [];
  const destination = { write: (line: string) => void written.push(line) };
  const logger = createLogger({ level: 'warn', clock: fixedClock(0), destination });
  logger.debug({}, 'a');
  logger.info({}, 'b');
  logger.warn({}, 'c');
  logger.error({}, 'd');
  expect(written.map((line) => JSON.parse(line).msg)).toEqual(['c', 'd']);
});
