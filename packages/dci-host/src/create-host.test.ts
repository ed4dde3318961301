import { describe, expect, test } from 'vitest';
import { createTestHost } from './testing/test-host.ts';

describe('a host without plug-ins', () => {
  test('answers health and JWKS in process and over a socket', async () => {
    await using host = await createTestHost();
    const { url } = await host.listen();
    const ready = await fetch(`${url}/health/ready`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ status: 'ready', checks: [{ name: 'state database', status: 'ok' }] });
    const jwks = await (await fetch(`${url}/.well-known/jwks.json`)).json();
    expect(jwks).toMatchObject({ keys: [{ kty: 'OKP', crv: 'Ed25519', use: 'sig' }] });
    const inProcess = await host.fetch(new Request('http://localhost/dci_api/v1/.well-known/jwks.json'));
    expect(await inProcess.json()).toEqual(jwks);
  });
});
