import { DciError } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { type ConnectionTls, fetchForSource, resolveTls } from './tls.ts';

const readSecret = async (reference: string): Promise<string> => {
  if (reference === 'file:absent') throw new DciError('err.configuration.invalid', 'there is no file absent');
  return `content of ${reference}`;
};

describe('TLS options', () => {
  it('are read from where they lie', async () => {
    expect(await resolveTls(undefined, readSecret)).toBeUndefined();
    expect(await resolveTls({ ca: 'file:ca', serverName: 'x' }, readSecret)).toEqual({
      ca: 'content of file:ca',
      serverName: 'x',
    });
    expect(await resolveTls({ certificate: 'file:c', key: 'env:K' }, readSecret)).toEqual({
      certificate: 'content of file:c',
      key: 'content of env:K',
    });
  });

  it('that cannot be read are told with their path', async () => {
    await expect(resolveTls({ ca: 'file:absent' }, readSecret)).rejects.toMatchObject({
      path: 'tls.ca',
      message: 'tls.ca cannot be read: there is no file absent',
    });
  });

  it('ask the registry alone for the name that is set', async () => {
    const calls: [string, ConnectionTls | undefined][] = [];
    const tls = { ca: 'authority', serverName: 'internal' };
    const fetch = fetchForSource('https://registry.example/base', tls, (given) => async (url) => {
      calls.push([url, given]);
      return new Response();
    });
    await fetch('https://registry.example:8443/search');
    await fetch('https://token.example/token');
    expect(calls).toEqual([
      ['https://registry.example:8443/search', tls],
      ['https://token.example/token', { ca: 'authority' }],
    ]);
  });

  it('without a name are the same for every address', async () => {
    const made: unknown[] = [];
    fetchForSource('https://registry.example', { ca: 'authority' }, (given) => {
      made.push(given);
      return () => Promise.resolve(new Response());
    });
    expect(made).toEqual([{ ca: 'authority' }]);
  });
});
