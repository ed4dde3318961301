import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the standard's files lie when the repository is checked out beside them. */
const specDirectory = fileURLToPath(new URL('../../../../shared/spec/openapi', import.meta.url));

const script = `
import json, sys, warnings
warnings.simplefilter("ignore")
import yaml, jsonschema
request = json.load(sys.stdin)
with open(request["file"], encoding="utf-8") as file:
    document = yaml.safe_load(file)
responses = document["paths"]["/registry/sync/search"]["post"]["responses"]
refusal = document["components"]["responses"]["HttpErrorResponse"]
faults = []
for reply in request["replies"]:
    response = responses["default"] if reply["status"] == 200 else refusal
    schema = response["content"]["application/json"]["schema"]
    validator = jsonschema.Draft4Validator(schema, resolver=jsonschema.RefResolver("", document))
    for error in validator.iter_errors(reply["value"]):
        faults.append("/".join(map(str, error.absolute_path)) + ": " + error.message[:200])
print(json.dumps(faults))
`;

/** Why replies cannot be checked against the standard's files on this machine; `undefined` when they can. */
export const cannotCheck: string | undefined = !existsSync(specDirectory)
  ? "the standard's files are not here"
  : spawnSync('python3', ['-c', 'import yaml, jsonschema']).status === 0
    ? undefined
    : 'python3 with yaml and jsonschema is not here';

/**
 * Checks replies to synchronous searches against the standard's file of a registry, with Python's jsonschema.
 *
 * @param registry - `social`, `crvs`, `ibr`, `dr` or `fr`
 * @param replies - status and body of each
 * @returns the faults; none when all are valid
 */
export function faultsOf(
  registry: string,
  replies: readonly { readonly status: number; readonly text: string }[],
): readonly string[] {
  const { stdout, stderr } = spawnSync('python3', ['-W', 'ignore', '-c', script], {
    encoding: 'utf8',
    input: JSON.stringify({
      file: `${specDirectory}/${registry}_api_v1.0.0.yaml`,
      replies: replies.map(({ status, text }) => ({ status, value: JSON.parse(text) })),
    }),
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as readonly string[];
}
