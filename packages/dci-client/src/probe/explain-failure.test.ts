import { DciError } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { tokenRefused } from '../authorization/token-failure.ts';
import { badSignature, protocolFault, refused, rejected, timedOut, unreachable, unsupported } from '../failure.ts';
import { connectionHint, explainFailure } from './explain-failure.ts';

describe('a failure in words', () => {
  it.each<[string, unknown, string, string]>([
    [
      'no connection',
      unreachable('CERT_HAS_EXPIRED'),
      'The registry cannot be reached (CERT_HAS_EXPIRED).',
      'The certificate has expired: the registry must renew it.',
    ],
    [
      'no time',
      timedOut(3),
      'The registry did not answer within 3 seconds.',
      'Try again later, or raise timeoutSeconds.',
    ],
    [
      'no such path',
      refused({ status: 404, peerMessage: 'canary' }),
      'The request was refused with HTTP status 404.',
      'Check baseUrl, registry, dialect and endpoints: there is nothing at this path.',
    ],
    [
      'an unknown sender',
      refused({ status: 401, peerCode: 'err.sender.unknown' }),
      'The request was refused with HTTP status 401.',
      'Register senderId with the registry.',
    ],
    [
      'a wrong secret of a client',
      tokenRefused({ status: 401, peerCode: 'invalid_client', peerMessage: 'canary' }),
      'The token endpoint refused with HTTP status 401 (invalid_client).',
      'Check clientId, clientSecret, scope and credentialsIn of authorization.',
    ],
    [
      'an unknown key',
      badSignature('key_unknown'),
      'The signature of the reply is not accepted: key_unknown.',
      'The registry signs with a key that is not among its keys: update peerKeys.',
    ],
    [
      'a setting',
      new DciError('err.configuration.invalid', 'receiverId is missing', { path: 'receiverId' }),
      'receiverId is missing',
      'Check receiverId of the settings.',
    ],
  ])('says what to do: %s', (_, error, text, hint) => {
    expect(explainFailure(error)).toEqual({ text, hint });
  });

  it('has a hint for every kind', () => {
    const errors = [
      rejected({ referenceId: 'r', peerCode: 'rjct.filter.invalid', peerMessage: 'canary' }),
      protocolFault('redirect'),
      protocolFault('token'),
      unsupported('receipt', 'openspp'),
      unreachable(undefined),
      ...[400, 401, 403, 405, 413, 422, 429, 500, 503].map((status) => refused({ status, peerMessage: 'canary' })),
      ...[404, 429, 500, 400].map((status) => tokenRefused({ status, peerMessage: 'canary' })),
    ];
    for (const error of errors) {
      const { text, hint } = explainFailure(error);
      expect(hint).toMatch(/^[A-Z].*[.]$/);
      expect(`${text}${hint}`).not.toMatch(/canary|\n/);
    }
  });

  it('says nothing of an error that is not of this project', () => {
    expect(explainFailure(new Error('canary'))).toEqual({
      text: 'The check failed because of a fault in the program.',
    });
  });

  it.each([
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /tls\.ca/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /tls\.ca/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /tls\.serverName/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /tls\.certificate/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', /https/],
    ['ENOTFOUND', /DNS/],
    ['ECONNREFUSED', /port/],
    ['UND_ERR_CONNECT_TIMEOUT', /firewalls/],
    ['ADDRESS_FORBIDDEN', /allowedNetworks/],
    ['TLS_FAILED', /tls\.ca/],
    ['ESOMETHING', /Check the address/],
  ])('knows the code %s', (code, hint) => {
    expect(connectionHint(code)).toMatch(hint);
  });
});
