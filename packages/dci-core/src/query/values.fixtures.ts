import fc from 'fast-check';
import type { JsonValue } from '../json/value.ts';
import type { AttributeDefinition, RegistryType } from '../registry-type/registry-type.ts';

/** Text that adapters get wrong: case, scripts, LIKE wildcards, quotes, combining forms, beyond the basic plane. */
const texts: readonly string[] = [
  'Amina',
  'AMINA',
  'amin',
  'min',
  'Ámina',
  'A\u0301mina',
  'ΓΙΩΡΓΟΣ',
  'Γιωργος Π',
  'Γιώργος',
  'İstanbul',
  'straße',
  'STRASSE',
  'مريم',
  'ريم',
  '李小龙',
  '小',
  'কমলা',
  '\u{1f33e} farm',
  '\ufb01eld',
  '\ufffd',
  '100%',
  '1%0',
  'a_b',
  'axb',
  "O'Brien",
  '"quoted"',
  'back\\slash',
  'a*b?[c]',
  '007',
  '7',
  ' padded ',
  'REGION_01',
  'REGION_02',
  'null',
];

const days = ['1990-05-15', '1990-05-16', '1990-12-31', '1991-01-01', '2004-02-29', '2004-03-01', '2026-11-22'];

/**
 * Valid values of an attribute as a query or a record may spell them, from a pool small enough for
 * filters to match.
 *
 * @param attribute - the attribute
 * @returns an arbitrary of JSON values that normalise to a value
 */
export function attributeValueArbitrary(
  attribute: Pick<AttributeDefinition, 'type' | 'codeList'>,
): fc.Arbitrary<JsonValue> {
  switch (attribute.type) {
    case 'string':
      return fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...texts) }, { weight: 1, arbitrary: fc.nat(20) });
    case 'code': {
      const entries = Object.entries(attribute.codeList?.entries ?? {}).slice(0, 5);
      return fc.constantFrom('unknown-code', 'A', 'b', ...entries.flat());
    }
    case 'date':
      return fc
        .tuple(fc.constantFrom(...days), fc.constantFrom('', '', 'T00:00:00Z', 'T10:20:15', 'T23:59:59+05:00'))
        .map((parts) => parts.join(''));
    case 'datetime':
      return fc
        .tuple(
          fc.constantFrom(...days),
          fc.constantFrom('', 'T00:00:00Z', 'T23:59:59.999Z', 'T10:20:15', 'T23:30:00+05:00', 'T10:20:15.5-02:30'),
        )
        .map((parts) => parts.join(''));
    case 'integer':
      return fc.oneof(fc.integer({ min: -2, max: 6 }), fc.constantFrom('3', 18, 65, 4_503_599_627_370_496));
    case 'decimal':
      return fc.oneof(
        fc.integer({ min: -8, max: 24 }).map((quarters) => quarters / 4),
        fc.constantFrom('0.75', 1e21, 1e-7, 0.1),
      );
    case 'boolean':
      return fc.constantFrom(true, false, 'true', 'FALSE', 1, 0, '1', '0');
  }
}

/**
 * Values that a record may hold by mistake, and that count as absent for most attributes.
 *
 * @returns an arbitrary of JSON values
 */
export function strayValueArbitrary(): fc.Arbitrary<JsonValue> {
  return fc.constantFrom<JsonValue>(null, '', 'not a value', '2023-02-29', 1.5, {}, [], [null], { value: 1 });
}

/**
 * An identifier as a record holds it, its type in any known spelling or one that is not known.
 *
 * @param registryType - the registry type
 * @returns an arbitrary of `{identifier_type, identifier_value}`
 */
export function identifierArbitrary(
  registryType: Pick<RegistryType, 'identifierTypes'>,
): fc.Arbitrary<{ identifier_type: string; identifier_value: string }> {
  const spellings = registryType.identifierTypes.flatMap(({ code, aliases }) => [code, code, ...aliases]);
  return fc.record({
    identifier_type: fc.constantFrom('urn:test:unknown', ...spellings),
    identifier_value: fc.constantFrom('1', '2', '3', '12345678', "4'5", 'É', 'e\u0301'),
  });
}
