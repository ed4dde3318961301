/**
 * Records `vectors/canonical.json` from the Python on this machine:
 * `node --conditions=dci-source packages/dci-core/src/json/record-vectors.fixtures.ts`
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { acceptedCases, refusedCases } from './canonical-cases.fixtures.ts';
import { askPython, pythonVersion } from './python.fixtures.ts';
import { RandomJson } from './random-json.fixtures.ts';

/** The content of `vectors/canonical.json`. */
export interface CanonicalVectors {
  readonly source: string;
  readonly accepted: readonly {
    readonly name: string;
    readonly text: string;
    readonly canonical: string;
    readonly spaced: string;
  }[];
  readonly refused: readonly {
    readonly name: string;
    readonly base64: string;
    readonly path?: string;
    readonly reason: string;
  }[];
  readonly envelopes: readonly { readonly text: string; readonly digest: string; readonly spacedDigest: string }[];
}

const recordedEnvelopes = 250;

function record(): CanonicalVectors {
  const answers = askPython(acceptedCases.map(({ text }) => text));
  const random = new RandomJson(2026);
  const envelopes = Array.from({ length: recordedEnvelopes }, () => random.envelope());
  const digests = askPython(envelopes);
  return {
    source:
      `Recorded from ${pythonVersion()} by packages/dci-core/src/json/record-vectors.fixtures.ts: canonical is ` +
      'json.dumps(json.loads(text), sort_keys=True, separators=(",", ":")), spaced is the same with default separators, ' +
      'the digests are base64(sha256()) of both for {"header", "message"}. The refused documents follow protocol.md ' +
      'section 2; Python itself accepts some of them.',
    accepted: acceptedCases.map(({ name, text }, index) => ({
      name,
      text,
      canonical: answers[index]?.canonical ?? '',
      spaced: answers[index]?.spaced ?? '',
    })),
    refused: refusedCases.map(({ name, bytes, path, reason }) => ({
      name,
      base64: Buffer.from(bytes).toString('base64'),
      ...(path === undefined ? {} : { path }),
      reason,
    })),
    envelopes: envelopes.map((text, index) => ({
      text,
      digest: digests[index]?.digest ?? '',
      spacedDigest: digests[index]?.spacedDigest ?? '',
    })),
  };
}

if (import.meta.main) {
  const escaped = JSON.stringify(record(), undefined, 1).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  writeFileSync(new URL('../../vectors/canonical.json', import.meta.url), `${escaped}\n`);
}
