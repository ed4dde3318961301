import * as v from 'valibot';
import type { JsonObject } from '../json/value.ts';
import { jsonObjectSchema, objectOf } from './fields.ts';

/** A JSON Web Key Set (RFC 7517 section 5; `jwks_core_api_v1.0.0.yaml`). Keys that cannot be used are sorted out later. */
export const jwksSchema = objectOf({ keys: v.array(jsonObjectSchema) });

/** A JSON Web Key Set. */
export interface Jwks extends JsonObject {
  readonly keys: readonly JsonObject[];
}
