import { spawnSync } from 'node:child_process';

/** What Python makes of one JSON text. */
export interface PythonAnswer {
  /** `json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))` */
  readonly canonical: string;
  /** `json.dumps(json.loads(text), sort_keys=True)` */
  readonly spaced: string;
  /** base64 SHA-256 of the compact form of `{"header": …, "message": …}`, where the document has both. */
  readonly digest: string | undefined;
  readonly spacedDigest: string | undefined;
}

/** Reads base64 texts from stdin, one a line, and answers each with a line of JSON. */
const program = `
import base64, hashlib, json, sys
def digest(value, **how):
    text = json.dumps(value, sort_keys=True, **how)
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
for line in sys.stdin:
    value = json.loads(base64.b64decode(line))
    answer = {
        "canonical": json.dumps(value, sort_keys=True, separators=(",", ":")),
        "spaced": json.dumps(value, sort_keys=True),
    }
    if isinstance(value, dict) and "header" in value and "message" in value:
        content = {"header": value["header"], "message": value["message"]}
        answer["digest"] = digest(content, separators=(",", ":"))
        answer["spacedDigest"] = digest(content)
    print(json.dumps(answer))
`;

/** The version of `python3` on this machine, or `undefined` where there is none. */
export function pythonVersion(): string | undefined {
  const { status, stdout } = spawnSync('python3', ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * Has one Python process read and write JSON texts.
 *
 * @param texts - JSON texts that Python accepts
 * @returns its answers, in the same order
 */
export function askPython(texts: readonly string[]): PythonAnswer[] {
  const input = texts.map((text) => Buffer.from(text).toString('base64')).join('\n');
  const { status, stdout, stderr } = spawnSync('python3', ['-c', program], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`python3 failed: ${stderr}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as PythonAnswer);
}
