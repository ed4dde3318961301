import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { createTestHost } from 'dci-host/testing';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { cannotCheck, specDirectory } from './openapi.fixtures.ts';

interface SpecDocument {
  readonly paths: Readonly<
    Record<string, { get: { responses: Record<string, { content: Record<string, { schema: object }> }> } }>
  >;
}

describe.skipIf(cannotCheck !== undefined)('locations.json', () => {
  it('is what the standard’s file says', async () => {
    const text = readFileSync(`${specDirectory}/locations_core_api_v1.0.0.yaml`, 'utf8');
    const document = parse(text) as SpecDocument;
    const schema =
      document.paths['/.well-known/locations.json']?.get.responses['200']?.content['application/json']?.schema;
    if (schema === undefined) throw new Error('the file has no such response');
    const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
    ajv.addFormat('date-time', true);
    const validate = ajv.compile(schema);
    await using host = await createTestHost({
      locations: [
        { id: 'REGION_01', name: 'Central Region', type: 'region' },
        { id: 'H1', name: 'Clinic', type: 'crvs:HEALTH_FACILITY', parent_id: 'REGION_01' },
        { id: 'H2', name: 'X', type: 'x', parent_id: 'H1', identifier: [{ name: 'iso', identifier: 'X-1' }] },
      ],
    });
    const reply = await host.fetch(new Request('http://localhost/.well-known/locations.json'));
    const body: unknown = await reply.json();
    expect([validate(body), validate.errors]).toEqual([true, null]);
    expect(validate({ ...(body as object), locations: [{ id: 'a', name: 'b' }] })).toBe(false);
  });
});
