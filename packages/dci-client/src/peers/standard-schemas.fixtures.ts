import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { isJson, type Json } from './plain-json.fixtures.ts';

const directory = fileURLToPath(new URL('../../../../../shared/spec/openapi', import.meta.url));

/** Whether the standard's files lie beside the repository. */
export const hasStandardSchemas = existsSync(directory);

/** The schemas of one registry's OpenAPI file. */
export interface StandardSchemas {
  /** @returns what is wrong with the body of a request, or of a callback, to `/registry/{operation}` */
  requestFaults(operation: string, body: unknown): readonly string[];
  /** @returns what is wrong with the reply to such a request */
  replyFaults(operation: string, body: unknown): readonly string[];
}

/** RFC 3339 with a zone, as the standard asks for. */
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

const at = (node: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, name) => (isJson(inner) ? inner[name] : undefined), node);

/**
 * Where the files contradict themselves (dialects.md section 1): `in` takes a list that no form of `attribute_value`
 * allows, and the operation of FR's on-subscribe stands beside an empty `post`.
 */
function corrected(document: unknown): unknown {
  return JSON.parse(
    JSON.stringify(document, (name, value) => {
      if (name === 'attribute_value') return {};
      return isJson(value) && value.post === null ? { post: { ...value, post: undefined } } : value;
    }),
  );
}

/** The replies of two calls of IBR stand in the file as bare message schemas, their envelope unstated. */
const bareReplies: Readonly<Record<string, string>> = {
  'sync/enrolled': 'EnrolledResponse',
  'sync/enrollment/updates': 'EnrollmentUpdatesResponse',
};

const known = new Map<string, StandardSchemas>();

/**
 * Reads the file of a registry; a second call gives the same schemas.
 *
 * @param registry - `social`, `crvs`, `ibr`, `dr` or `fr`
 */
export function standardSchemas(registry: string): StandardSchemas {
  const schemas = known.get(registry) ?? readSchemas(registry);
  known.set(registry, schemas);
  return schemas;
}

function readSchemas(registry: string): StandardSchemas {
  const document = corrected(parse(readFileSync(`${directory}/${registry}_api_v1.0.0.yaml`, 'utf8')));
  if (!isJson(document)) throw new Error(`the file of ${registry} is empty`);
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false, validateSchema: false });
  ajv.addFormat('date-time', timestamp);
  ajv.addFormat('uri', (text: string) => URL.canParse(text));
  ajv.addSchema(document, 'standard');

  const validators = new Map<string, ValidateFunction>();
  const faults = (schema: Json, body: unknown): readonly string[] => {
    const name = JSON.stringify(schema);
    const validate = validators.get(name) ?? ajv.compile(schema);
    validators.set(name, validate);
    return validate(body)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
  /** A reference to a place in the file, which must be there. */
  const place = (...path: readonly string[]): Json => {
    if (at(document, ...path) === undefined) throw new Error(`the file of ${registry} has no ${path.join(' ')}`);
    return { $ref: `standard#/${path.map((name) => name.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}` };
  };
  const body = ['content', 'application/json', 'schema'];

  return {
    requestFaults: (operation, value) =>
      faults(place('paths', `/registry/${operation}`, 'post', 'requestBody', ...body), value),
    replyFaults(operation, value) {
      const bare = bareReplies[operation];
      if (bare !== undefined) {
        const header = place('components', 'schemas', 'MsgCallbackHeader_V1.0.0');
        const properties = { header, message: place('components', 'schemas', bare) };
        return faults({ type: 'object', properties, required: ['header', 'message'] }, value);
      }
      const response = ['paths', `/registry/${operation}`, 'post', 'responses', 'default'];
      const reference = at(document, ...response, '$ref');
      const path = typeof reference === 'string' ? reference.replace('#/', '').split('/') : response;
      return faults(place(...path, ...body), value);
    },
  };
}
