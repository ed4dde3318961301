/** The parameters of a signature of the `dci` form (protocol.md section 3). */
export interface SignatureParameters {
  readonly namespace: 'dci' | 'spdci';
  readonly kidId: string;
  readonly algorithm: string;
  /** Unix seconds. */
  readonly created: number;
  /** Unix seconds. */
  readonly expires: number;
  /** Names of what is signed, in the order given. Empty when the parameter is absent. */
  readonly headers: readonly string[];
  /** base64 */
  readonly signature: string;
}

/** Longer than any signature of an 8192-bit key. */
const maximumLength = 8192;

const prefix = /^\s*(?:signature:)?\s*/i;
const parameter = /([a-zA-Z]+)\s*=\s*(?:"([^"\\\p{Cc}]*)"|(\d+))\s*(,\s*|$)/uy;
const plainInteger = /^(?:0|[1-9]\d{0,14})$/;
/** draft-cavage-http-signatures writes these without quotes. */
const unquotedNames: readonly string[] = ['created', 'expires'];
const requiredNames = ['namespace', 'kidId', 'algorithm', 'created', 'expires', 'signature'] as const;
const knownNames: readonly string[] = [...requiredNames, 'headers'];
const namespaces: readonly string[] = ['dci', 'spdci'];

/**
 * Reads a signature of the `dci` form. Tolerated: a leading `Signature:`, the namespace `spdci`, parameters in any
 * order, white space and line breaks around them. Refused: a parameter that is unknown, occurs twice (so also
 * several signatures) or is missing, other text, times that are not plain integers.
 *
 * @param text - the envelope's `signature`
 * @returns the parameters, or `undefined` when the text is not of that form
 */
export function parseSignatureParameters(text: string): SignatureParameters | undefined {
  const values = readParameters(text);
  if (values === undefined || requiredNames.some((name) => !values.has(name))) return undefined;
  const value = (name: string): string => values.get(name) ?? '';
  const namespace = value('namespace');
  if (!namespaces.includes(namespace)) return undefined;
  if (!plainInteger.test(value('created')) || !plainInteger.test(value('expires'))) return undefined;
  return {
    namespace: namespace === 'dci' ? 'dci' : 'spdci',
    kidId: value('kidId'),
    algorithm: value('algorithm'),
    created: Number(value('created')),
    expires: Number(value('expires')),
    headers: value('headers')
      .split(/\s+/)
      .filter((name) => name !== ''),
    signature: value('signature'),
  };
}

/**
 * Writes a signature of the `dci` form.
 *
 * @param parameters - what to write, `kidId` as `formatKid` makes it; the namespace is always `dci`
 * @returns the parameter string, without the prefix `Signature:`
 */
export function formatSignatureParameters(parameters: Omit<SignatureParameters, 'namespace'>): string {
  const { kidId, algorithm, created, expires, headers, signature } = parameters;
  return [
    'namespace="dci"',
    `kidId="${kidId}"`,
    `algorithm="${algorithm}"`,
    `created="${created}"`,
    `expires="${expires}"`,
    `headers="${headers.join(' ')}"`,
    `signature="${signature}"`,
  ].join(', ');
}

function readParameters(text: string): ReadonlyMap<string, string> | undefined {
  if (text.length > maximumLength) return undefined;
  const trimmed = text.replace(prefix, '').trimEnd();
  const values = new Map<string, string>();
  parameter.lastIndex = 0;
  while (parameter.lastIndex < trimmed.length) {
    const match = parameter.exec(trimmed);
    if (match === null) return undefined;
    const [, name = '', quoted, unquoted, separator] = match;
    if (!knownNames.includes(name) || values.has(name)) return undefined;
    if (quoted === undefined && !unquotedNames.includes(name)) return undefined;
    values.set(name, quoted ?? unquoted ?? '');
    if (separator !== '' && parameter.lastIndex === trimmed.length) return undefined;
  }
  return values;
}
