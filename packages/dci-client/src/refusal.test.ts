import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ClientFailure } from './failure.ts';
import { type Behaviour, failureOf, inItem, type ReplyParts, registryForTests } from './registry.fixtures.ts';

const registry = registryForTests({ beforeAll, afterAll, beforeEach });
const { client } = registry;

describe('a refusal', () => {
  const refuse = (status: number, body: unknown, headers: Record<string, string> = {}): Behaviour => ({
    answer: (response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    },
  });
  const bothShapes = (precise: string, standard: string) => ({
    message: {
      ack_status: 'ERR',
      timestamp: '2026-04-22T10:30:00Z',
      correlation_id: 'c',
      error: { code: standard, message: 'm' },
    },
    errors: [{ code: precise, message: 'No such sender: Lucía' }],
  });

  it.each<[string, Behaviour, Partial<ClientFailure>, string]>([
    [
      'with both shapes',
      refuse(401, bothShapes('err.sender.unknown', 'err.sender_id.invalid')),
      { kind: 'refused', status: 401, peerCode: 'err.sender.unknown', peerMessage: 'No such sender: Lucía' },
      'err.sender.unknown',
    ],
    [
      'of the standard’s ACK shape',
      refuse(400, { message: { ack_status: 'ERR', error: { code: 'err.version.not_supported', message: 'x' } } }),
      { status: 400, peerCode: 'err.version.not_supported' },
      'err.version.not_supported',
    ],
    [
      'of the OpenCRVS shape',
      refuse(400, { error: { code: 400, message: 'Bad' } }),
      { status: 400, peerCode: '400', peerMessage: 'Bad' },
      'err.request.bad',
    ],
    [
      'with status 200',
      refuse(200, { message: { ack_status: 'ERR', error: { code: 'err.signature.invalid' } } }),
      { status: 200, peerCode: 'err.signature.invalid' },
      'err.signature.invalid',
    ],
    [
      'with an unknown code',
      refuse(403, { errors: [{ code: 'ERR_CONSENT_REQUIRED', message: '' }] }),
      { status: 403, peerCode: 'ERR_CONSENT_REQUIRED' },
      'err.request.forbidden',
    ],
    [
      'of the early seed, in an envelope',
      refuse(403, {
        header: { status: 'rjct', status_reason_code: 'ERR_EXPIRED_SIGNATURE', status_reason_message: 'Lucía' },
        message: { transaction_id: 't' },
      }),
      { status: 403, peerCode: 'ERR_EXPIRED_SIGNATURE', peerMessage: 'Lucía' },
      'err.signature.expired',
    ],
    [
      'of the early seed, by an error of its own',
      refuse(500, { errors: [{ code: 'ERR_INTERNAL', message: 'Lucía' }] }),
      { status: 500, peerCode: 'ERR_INTERNAL' },
      'err.service.unavailable',
    ],
    [
      'of a gateway',
      refuse(502, '<html>Bad gateway</html>', { 'content-type': 'text/html' }),
      { kind: 'refused', status: 502 },
      'err.service.unavailable',
    ],
    ['without a body', refuse(404, ''), { status: 404 }, 'err.request.not_found'],
    [
      'by a signed header',
      {
        change: ({ header, message }) => ({
          header: { ...header, status: 'rjct', status_reason_code: 'rjct.version.invalid' },
          message: { ...message, search_response: [] },
        }),
      },
      { kind: 'refused', status: 200, peerCode: 'rjct.version.invalid' },
      'rjct.version.invalid',
    ],
  ])('%s is typed', async (_name, behaviour, expected, code) => {
    registry.current.behave(behaviour);
    const { error, failure } = await failureOf(client().searchById('UIN', '1'));
    expect(failure).toMatchObject({ kind: 'refused', ...expected });
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('Lucía');
  });

  it('says when to try again', async () => {
    registry.current.behave(
      refuse(429, bothShapes('err.request.too_many_requests', 'err.request.too_many_requests'), {
        'retry-after': '17',
      }),
    );
    const { error } = await failureOf(client().searchById('UIN', '1'));
    expect(error).toMatchObject({ code: 'err.request.too_many_requests', retryAfter: 17 });
  });

  it('of one search is a rejection with the registry’s code', async () => {
    registry.current.behave({
      change: (parts, request) => {
        const rejectedItem = inItem({
          status: 'rjct',
          status_reason_code: 'rjct.sort.invalid',
          status_reason_message: 'no',
          data: undefined,
        });
        const { header, message } = rejectedItem(parts, request);
        return { header: { ...header, status: 'rjct' }, message } satisfies ReplyParts;
      },
    });
    const { error, failure } = await failureOf(client().searchById('UIN', '1'));
    expect(failure).toMatchObject({ kind: 'rejected', peerCode: 'rjct.sort.invalid', peerMessage: 'no' });
    expect(error.code).toBe('rjct.sort.invalid');
  });
});
