import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { askPython, pythonVersion } from '../../../../dci-core/src/json/python.fixtures.ts';
import { RandomJson } from '../../../../dci-core/src/json/random-json.fixtures.ts';
import { runCommand } from '../../testing/run-command.ts';

interface Vectors {
  readonly refused: readonly { readonly name: string; readonly base64: string; readonly path?: string }[];
  readonly envelopes: readonly { readonly text: string; readonly digest: string }[];
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../../../dci-core/vectors/canonical.json', import.meta.url), 'utf8'),
);

async function digestOf(text: string): Promise<string> {
  const { code, stdout, stderr } = await runCommand(['digest'], { stdin: text });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.trimEnd();
}

describe('dci digest', () => {
  it.skipIf(pythonVersion() === undefined)('prints what Python computes for 10,000 random documents', async () => {
    const random = new RandomJson(20261122);
    const texts = Array.from({ length: 10_000 }, () => random.envelope());
    const printed: string[] = [];
    for (const text of texts) printed.push(await digestOf(text));
    expect(printed).toEqual(askPython(texts).map(({ digest }) => digest));
  });

  it('prints what was recorded from Python', async () => {
    for (const { text, digest } of vectors.envelopes) expect(await digestOf(text)).toBe(digest);
  });

  it.each(vectors.refused)('refuses $name', async ({ base64 }) => {
    const fault = Buffer.from(base64, 'base64');
    const envelope = Buffer.concat([Buffer.from('{"header":{},"message":{"m":'), fault, Buffer.from('}}')]);
    for (const stdin of [fault, envelope]) {
      const { code, stdout, stderr } = await runCommand(['digest'], { stdin: new Uint8Array(stdin) });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('(err.request.bad)');
    }
  });
});
