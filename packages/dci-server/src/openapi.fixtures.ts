import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { parseTimestamp } from 'dci-core';
import { parse } from 'yaml';

/** Where the standard's files lie when the repository is checked out beside them. */
export const specDirectory = fileURLToPath(new URL('../../../../shared/spec/openapi', import.meta.url));

/** Why replies cannot be checked against the standard's files on this machine; `undefined` when they can. */
export const cannotCheck: string | undefined = existsSync(specDirectory)
  ? undefined
  : "the standard's files are not here";

interface JsonContent {
  readonly content: { readonly 'application/json': { readonly schema: object } };
}

interface SpecDocument {
  readonly paths: Readonly<
    Record<string, { readonly post: { readonly responses: Readonly<Record<string, JsonContent>> } }>
  >;
  readonly components: { readonly responses: Readonly<Record<string, JsonContent>> };
}

interface ReplySchemas {
  readonly answer: ValidateFunction;
  readonly refusal: ValidateFunction;
}

const compiled = new Map<string, ReplySchemas>();

function schemasOf(registry: string): ReplySchemas {
  const known = compiled.get(registry);
  if (known !== undefined) return known;
  const document = parse(readFileSync(`${specDirectory}/${registry}_api_v1.0.0.yaml`, 'utf8')) as SpecDocument;
  const { components } = document;
  const compile = (response: JsonContent | undefined): ValidateFunction => {
    if (response === undefined) throw new Error(`the file of ${registry} has no such response`);
    // OpenAPI's own keywords are no JSON Schema; the references in the files start at the document.
    const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
    ajv.addFormat('date-time', (text: string) => parseTimestamp(text) !== undefined);
    return ajv.compile({ ...response.content['application/json'].schema, components });
  };
  const schemas = {
    answer: compile(document.paths['/registry/sync/search']?.post.responses.default),
    refusal: compile(components.responses.HttpErrorResponse),
  };
  compiled.set(registry, schemas);
  return schemas;
}

/**
 * Checks replies to synchronous searches against the standard's file of a registry.
 *
 * @param registry - `social`, `crvs`, `ibr`, `dr` or `fr`
 * @param replies - status and body of each
 * @returns the faults; none when all are valid
 */
export function faultsOf(
  registry: string,
  replies: readonly { readonly status: number; readonly text: string }[],
): readonly string[] {
  const { answer, refusal } = schemasOf(registry);
  return replies.flatMap(({ status, text }) => {
    const validate = status === 200 ? answer : refusal;
    return validate(JSON.parse(text))
      ? []
      : (validate.errors ?? []).map((fault) => `${fault.instancePath} ${fault.message}`);
  });
}
