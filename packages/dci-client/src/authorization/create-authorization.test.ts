import { DciError } from 'dci-core';
import { describe, expect, it } from 'vitest';
import type { AuthorizationSettings, SettingsSecret } from '../data-source-settings.ts';
import { createAuthorization } from './create-authorization.ts';
import { movableClock, sendJson, startTokenEndpoint, unaborted } from './token-endpoint.fixtures.ts';

const secrets: Record<string, string> = {};
const readSecret = async (reference: SettingsSecret): Promise<string> => {
  const secret = secrets[reference];
  if (secret === undefined) throw new DciError('err.configuration.invalid', `there is no ${reference}`);
  return secret;
};
const clock = movableClock();
const create = (settings: AuthorizationSettings) =>
  createAuthorization(settings, { readSecret, clock, fetch: globalThis.fetch });

describe('an authorization', () => {
  it('of the kind none is no header', async () => {
    const none = await create({ kind: 'none' });
    expect(await none.header(unaborted)).toBeUndefined();
    expect(none.renew()).toBe(false);
  });

  it('of the kind bearer is the token', async () => {
    secrets['env:TOKEN'] = 'abc.def-1~+/==';
    expect(await (await create({ kind: 'bearer', token: 'env:TOKEN' })).header(unaborted)).toBe(
      'Bearer abc.def-1~+/==',
    );
  });

  it('of the kind basic is user and password in UTF-8 (RFC 7617)', async () => {
    secrets['file:p'] = '123£:ü';
    const header = await (await create({ kind: 'basic', user: 'test', password: 'file:p' })).header(unaborted);
    expect(Buffer.from(String(header).replace('Basic ', ''), 'base64').toString('utf8')).toBe('test:123£:ü');
  });

  it('of the kind oauth2 is a token of the endpoint', async () => {
    const endpoint = await startTokenEndpoint();
    secrets['env:CLIENT'] = 's3cret';
    const oauth2 = await create({
      kind: 'oauth2',
      tokenUrl: endpoint.url,
      clientId: 'mis',
      clientSecret: 'env:CLIENT',
      credentialsIn: 'json',
    });
    expect(endpoint.requests).toEqual([]);
    expect(await oauth2.header(unaborted)).toBe('Bearer token-1');
    secrets['env:CLIENT'] = 'rotated';
    oauth2.renew();
    endpoint.answer((response, { body }) =>
      sendJson(response, 200, { access_token: JSON.parse(body).client_secret, token_type: 'bearer' }),
    );
    expect(await oauth2.header(unaborted)).toBe('Bearer rotated');
    await endpoint.stop();
  });

  it('reads a secret that was refused again', async () => {
    secrets['env:TOKEN'] = 'old';
    const bearer = await create({ kind: 'bearer', token: 'env:TOKEN' });
    expect(await bearer.header(unaborted)).toBe('Bearer old');
    secrets['env:TOKEN'] = 'new';
    expect(await bearer.header(unaborted)).toBe('Bearer old');
    expect(bearer.renew('Bearer old')).toBe(true);
    expect(await bearer.header(unaborted)).toBe('Bearer new');
    expect(bearer.renew('Bearer new')).toBe(false);
  });

  it.each<[string, string, AuthorizationSettings]>([
    ['authorization.token', '', { kind: 'bearer', token: 'env:EMPTY' }],
    ['authorization.token', 'canary two', { kind: 'bearer', token: 'env:EMPTY' }],
    ['authorization.password', 'canary\n', { kind: 'basic', user: 'u', password: 'env:EMPTY' }],
    [
      'authorization.clientSecret',
      '',
      { kind: 'oauth2', tokenUrl: 'https://a.example/t', clientId: 'c', clientSecret: 'env:EMPTY' },
    ],
  ])('with an unusable secret is refused: %s', async (path, secret, settings) => {
    secrets['env:EMPTY'] = secret;
    const error = await create(settings).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'err.configuration.invalid', path });
    expect(String(error)).not.toContain('canary');
  });

  it('with a secret that is not there is refused with the reference', async () => {
    await expect(create({ kind: 'bearer', token: 'env:NOWHERE' })).rejects.toMatchObject({
      path: 'authorization.token',
      message: 'authorization.token cannot be read: there is no env:NOWHERE',
    });
  });

  it('keeps the words of a port that fails in another way to itself', async () => {
    const failing = createAuthorization(
      { kind: 'bearer', token: 'env:X' },
      { readSecret: () => Promise.reject(new Error('canary')), clock, fetch: globalThis.fetch },
    );
    await expect(failing).rejects.toMatchObject({ message: 'authorization.token cannot be read' });
  });
});
