import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dciClient } from 'dci-client/plugin';
import { writePrivateKeyPem } from 'dci-core';
import { createTestHost, runCommand, temporaryDirectory } from 'dci-host/testing';
import { expect, it } from 'vitest';
import { personRecord, uin } from '../disability-source.fixtures.ts';
import { clientId, registryId, startDrRegistry } from '../dr-registry.fixtures.ts';
import { dr } from '../plugin.ts';

it('a host with the client plug-in asks a registry over HTTP, and its commands share the cache', async () => {
  const registry = await startDrRegistry();
  using directory = temporaryDirectory();
  try {
    registry.people.set('1001', [personRecord({ disability_status: 'Approved' }, '1001')]);
    const keyFile = join(directory.path, 'mis.pem');
    writeFileSync(keyFile, await writePrivateKeyPem(registry.clientKey));
    const config = () => {
      const client = dciClient({
        sources: [
          {
            ...{ code: 'dr_main', registry: 'dr', baseUrl: registry.baseUrl, receiverId: registryId },
            ...{ key: `file:${keyFile}`, keyId: 'key1', peerKeys: { pem: registry.publicPem } },
          },
        ],
      });
      const disability = dr({ client, source: 'dr_main' });
      return {
        disability,
        settings: {
          ...{ senderId: clientId, dataDirectory: join(directory.path, 'data'), plugins: [client, disability] },
          development: { allowHttpCallbacks: true, allowInternalCallbackIps: true },
        },
      };
    };
    const { disability, settings } = config();
    await using _host = await createTestHost(settings);
    const service = await disability.service();
    expect(await service.getDisabilityStatus(uin('1001'))).toMatchObject({
      ...{ status: 'disabled', fromCache: false, source: 'dr_main' },
      evidence: [{ verified: true, senderId: registryId }],
    });
    expect(await service.isPwd(uin('1001'))).toBe('yes');

    const known = await runCommand(['dr', 'status', 'UIN:1001', '--json'], { config: config().settings });
    expect({ code: known.code, stderr: known.stderr }).toEqual({ code: 0, stderr: expect.any(String) });
    expect(JSON.parse(known.stdout)).toMatchObject({ status: 'disabled', from_cache: true });
    const asked = await runCommand(['dr', 'status', 'UIN:1001', '--json', '--max-age', '0'], {
      config: config().settings,
    });
    expect(JSON.parse(asked.stdout)).toMatchObject({ status: 'disabled', from_cache: false });
    expect(registry.requests).toEqual(['sync/search', 'sync/disabled', 'sync/search']);
  } finally {
    await registry.stop();
  }
});
