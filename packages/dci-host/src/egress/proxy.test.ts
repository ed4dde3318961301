import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { serveHttp } from './egress.fixtures.ts';

test('proxies of the environment are not used', async () => {
  await using proxy = await serveHttp((_request, response) => response.end('proxy'));
  await using server = await serveHttp((_request, response) => response.end('server'));
  const program = `
    import http from 'node:http';
    import { createEgress } from ${JSON.stringify(new URL('./create-egress.ts', import.meta.url).href)};
    const development = { allowHttpCallbacks: true, allowInternalCallbackIps: true };
    const egress = createEgress({ config: { egress: { allowedNetworks: [] }, development } });
    const { body } = await egress.send({ url: process.argv[1] });
    const usual = await new Promise((resolve, reject) => {
      http.get(process.argv[1], (response) => response.setEncoding('utf8').once('data', resolve)).on('error', reject);
    });
    process.stdout.write(Buffer.from(body).toString() + ' ' + usual);`;
  const env = { ...process.env, NODE_USE_ENV_PROXY: '1', NO_PROXY: '', no_proxy: '', ALL_PROXY: proxy.url };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=dci-source', '--input-type=module', '--eval', program, server.url],
    { timeout: 20_000, env: { ...env, http_proxy: proxy.url, HTTP_PROXY: proxy.url } },
  );
  // The second word shows that the variables do have an effect where nothing is done about them (Node 24 and later).
  const [major = 0] = process.versions.node.split('.').map(Number);
  expect(stdout).toBe(major >= 24 ? 'server proxy' : 'server server');
});
