import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import process from 'node:process';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type TemporaryDirectory, temporaryDirectory } from '../testing/temporary-directory.ts';
import { recordedEgress, refusalOf, serve, type TestServer } from './egress.fixtures.ts';

const hasOpenssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasOpenssl)('TLS', () => {
  let directory: TemporaryDirectory;
  let server: TestServer;
  const names: (string | undefined)[] = [];
  const certificate = (file: string): Buffer => readFileSync(join(directory.path, file));

  beforeAll(async () => {
    directory = temporaryDirectory();
    const subject = ['-subj', '/CN=registry.example', '-addext', 'subjectAltName=DNS:registry.example'];
    const files = ['-keyout', join(directory.path, 'key.pem'), '-out', join(directory.path, 'cert.pem')];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...kind, ...subject, ...files], { stdio: 'ignore' });
    server = await serve(
      https.createServer({ key: certificate('key.pem'), cert: certificate('cert.pem') }, (request, response) => {
        names.push((request.socket as tls.TLSSocket).servername || undefined);
        response.end('secure');
      }),
    );
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    directory.remove();
    vi.unstubAllEnvs();
  });

  const send = (host: string) =>
    recordedEgress({ allowInternal: true, resolver: async () => ['127.0.0.1'] }).egress.send({
      url: `https://${host}:${server.port}/`,
    });

  test('with a certificate that nobody vouches for fails', async () => {
    expect(await refusalOf(send('registry.example'))).toEqual({
      code: 'err.service.unavailable',
      fault: 'tls_failed',
      message: 'no trusted TLS connection to the receiver was possible',
    });
    expect(names).toEqual([]);
  });

  test('is not weakened by the environment', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    expect((await refusalOf(send('registry.example'))).fault).toBe('tls_failed');
    vi.unstubAllEnvs();
    expect(process.env.NODE_TLS_REJECT_UNAUTHORIZED).toBeUndefined();
  });

  test('with a server that speaks plain HTTP fails', async () => {
    const { default: http } = await import('node:http');
    await using plain = await serve(http.createServer((_request, response) => response.end()));
    const { egress } = recordedEgress({ allowInternal: true });
    const url = plain.url.replace('http:', 'https:');
    expect((await refusalOf(egress.send({ url }))).fault).toBe('tls_failed');
  });

  describe('with settings of its own', () => {
    const text = (file: string): string => certificate(file).toString('utf8');
    const { egress } = recordedEgress({ allowInternal: true, resolver: async () => ['127.0.0.1'] });

    test('trusts the authorities that are named, and no others', async () => {
      const url = `https://registry.example:${server.port}/`;
      const own = { ca: text('cert.pem') };
      expect((await egress.send({ url, tls: own })).status).toBe(200);
      expect((await egress.send({ url, tls: own })).status).toBe(200);
      expect((await refusalOf(egress.send({ url }))).fault).toBe('tls_failed');
      expect((await refusalOf(egress.send({ url: url.replace('registry', 'other'), tls: own }))).fault).toBe(
        'tls_failed',
      );
    });

    test('expects the name that is set', async () => {
      const tls = { ca: text('cert.pem'), serverName: 'registry.example' };
      expect((await egress.send({ url: `https://other.example:${server.port}/`, tls })).status).toBe(200);
    });

    test('shows a certificate to a server that asks for one', async () => {
      const shown: boolean[] = [];
      const asking = https.createServer(
        { key: certificate('key.pem'), cert: certificate('cert.pem'), ca: certificate('cert.pem'), requestCert: true },
        (request, response) => {
          shown.push((request.socket as tls.TLSSocket).authorized);
          response.end();
        },
      );
      await using mutual = await serve(asking);
      const url = `https://registry.example:${mutual.port}/`;
      expect((await refusalOf(egress.send({ url, tls: { ca: text('cert.pem') } }))).fault).toBe('tls_failed');
      await egress.send({ url, tls: { ca: text('cert.pem'), certificate: text('cert.pem'), key: text('key.pem') } });
      expect(shown).toEqual([true]);
    });

    test('refuses a certificate that cannot be read, and does not repeat it', async () => {
      const url = `https://registry.example:${server.port}/`;
      const tls = { ca: text('cert.pem'), certificate: 'no certificate', key: 'canary-key' };
      const { fault, message } = await refusalOf(egress.send({ url, tls }));
      expect(fault).toBe('tls_failed');
      expect(message).not.toContain('canary');
    });
  });

  test.skipIf(!('setDefaultCACertificates' in tls))('with a trusted certificate works for its name only', async () => {
    const usual = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...usual, certificate('cert.pem')]);
    names.length = 0;
    try {
      expect((await send('registry.example')).status).toBe(200);
      expect((await send('Registry.Example.')).status).toBe(200);
      expect(names).toEqual(['registry.example', 'registry.example']);
      for (const other of ['other.example', 'sub.registry.example', '127.0.0.1', 'localhost']) {
        expect([other, (await refusalOf(send(other))).fault]).toEqual([other, 'tls_failed']);
      }
    } finally {
      tls.setDefaultCACertificates(usual);
    }
  });
});
