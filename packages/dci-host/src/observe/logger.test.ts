import { describe, expect, test } from 'vitest';
import { fixedClock } from '../testing/clock.ts';
import { collectingLogger } from '../testing/logger.ts';
import { createLogger } from './logger.ts';

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
