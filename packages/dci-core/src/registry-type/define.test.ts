import { expect, test } from 'vitest';
import { sexCategory } from '../code-lists/core.ts';
import { DciError } from '../errors.ts';
import { isJsonObject } from '../json/value.ts';
import { type AttributeDefinition, defineRegistryType, type RecordType, type RegistryType } from './define.ts';

const recordType: RecordType = {
  name: 'Boat',
  aliases: ['Vessel'],
  context: 'https://example.org/boats',
  jsonLdType: 'Boat',
  identifierPaths: ['identifier'],
  sensitivePaths: ['owner'],
  attributes: {
    built: { type: 'date', path: 'built', aliases: ['year'] },
    age: { type: 'integer', ageFrom: 'built' },
    note: { type: 'string', path: 'notes[key=note].value' },
    is_boat: { type: 'boolean', constant: true },
  },
  read: (value) => ({ record: isJsonObject(value) ? value : {}, warnings: [] }),
};
const registryType: RegistryType = {
  name: 'boats',
  code: 'ns:org:RegistryType:Boats',
  codeAliases: ['BOAT_REGISTRY'],
  slugs: ['boats', 'b'],
  recordTypes: [recordType],
  identifierTypes: [{ code: 'UIN', aliases: ['uin-number'] }],
  eventTypes: [{ code: 'REGISTER', aliases: ['NEW'], attribute: 'built' }],
  operations: [{ name: 'count', path: 'sync/count' }],
};

test('a good definition comes back frozen, to its depth', () => {
  const defined = defineRegistryType(registryType);
  expect(defined).toBe(registryType);
  expect(Object.isFrozen(defined.recordTypes[0]?.attributes.built)).toBe(true);
  expect(() => Object.assign(defined.slugs, { 0: 'x' })).toThrow(TypeError);
});

const changed = (change: Partial<RegistryType>): RegistryType => ({ ...registryType, ...change });
const withRecord = (change: Partial<RecordType>): RegistryType =>
  changed({ recordTypes: [{ ...recordType, ...change }] });
const withAttribute = (definition: AttributeDefinition): RegistryType =>
  withRecord({ attributes: { ...recordType.attributes, extra: definition } });

test.each<[string, RegistryType]>([
  ['boats.slugs', changed({ slugs: [] })],
  ['boats.slugs', changed({ slugs: ['Boats'] })],
  ['boats.slugs', changed({ slugs: ['a/b'] })],
  ['boats.slugs', changed({ slugs: ['a', 'a'] })],
  ['Boats.name', changed({ name: 'Boats' })],
  ['boats.code', changed({ code: '' })],
  ['boats.recordTypes', changed({ recordTypes: [] })],
  ['boats.recordTypes.Boat', changed({ recordTypes: [recordType, recordType] })],
  [
    'boats.recordTypes.Ship',
    changed({ recordTypes: [recordType, { ...recordType, name: 'Ship', aliases: ['vessel'] }] }),
  ],
  [
    'boats.identifierTypes.BRN',
    changed({
      identifierTypes: [
        { code: 'UIN', aliases: [] },
        { code: 'BRN', aliases: ['u-i-n'] },
      ],
    }),
  ],
  ['boats.eventTypes.X', changed({ eventTypes: [{ code: 'X', aliases: [''] }] })],
  ['boats.eventTypes.X', changed({ eventTypes: [{ code: 'X', aliases: [], attribute: 'length' }] })],
  ['boats.eventTypes.X', changed({ eventTypes: [{ code: 'X', aliases: [], on: { kinds: [] } }] })],
  [
    'boats.eventTypes.X',
    changed({ eventTypes: [{ code: 'X', aliases: [], on: { kinds: ['created'], newValueOf: 'length' } }] }),
  ],
  [
    'boats.eventTypes.X',
    changed({ eventTypes: [{ code: 'X', aliases: [], on: { kinds: ['created'], values: [1] } }] }),
  ],
  [
    'boats.eventTypes.X',
    changed({ eventTypes: [{ code: 'X', aliases: [], on: { kinds: ['updated'], longerList: 'a..b' } }] }),
  ],
  ['boats.operations.count', changed({ operations: [{ name: 'count', path: '/sync/count' }] })],
  ['boats.recordTypes.Boat.identifierPaths', withRecord({ identifierPaths: ['a..b'] })],
  ['boats.recordTypes.Boat.sensitivePaths', withRecord({ sensitivePaths: [''] })],
  ['boats.recordTypes.Boat.attributes.extra', withAttribute({ type: 'string', path: 'x', aliases: ['year'] })],
  ['boats.recordTypes.Boat.attributes.extra', withAttribute({ type: 'string', path: 'x', aliases: ['built'] })],
  ['boats.recordTypes.Boat.attributes.extra', withAttribute({ type: 'string', path: 'x', aliases: ['y', 'y'] })],
  ['boats.recordTypes.Boat.attributes.extra', withAttribute({ type: 'string', path: 'x', aliases: [''] })],
  ['boats.recordTypes.Boat.attributes.extra', withAttribute({ type: 'string' })],
  ['boats.recordTypes.Boat.attributes.extra', withAttribute({ type: 'string', path: 'x', constant: 'y' })],
  ['boats.recordTypes.Boat.attributes.extra', withAttribute({ type: 'string', path: [] })],
  ['boats.recordTypes.Boat.attributes.extra', withAttribute({ type: 'string', path: ['x', 'y'] })],
  ['boats.recordTypes.Boat.attributes.extra', withAttribute({ type: 'string', path: 'x[key].value' })],
  ['boats.recordTypes.Boat.attributes.extra', withAttribute({ type: 'string', path: 'x', codeList: sexCategory })],
  ['boats.recordTypes.Boat.attributes.extra', withAttribute({ type: 'integer', constant: 1.5 })],
  ['boats.recordTypes.Boat.attributes.extra', withAttribute({ type: 'boolean', constant: 'true' })],
  ['boats.recordTypes.Boat.attributes.extra', withAttribute({ type: 'integer', ageFrom: 'launched' })],
  ['boats.recordTypes.Boat.attributes.extra', withAttribute({ type: 'integer', ageFrom: 'toString' })],
  ['boats.recordTypes.Boat.attributes.extra', withAttribute({ type: 'integer', ageFrom: 'note' })],
  ['boats.recordTypes.Boat.attributes.extra', withAttribute({ type: 'integer', ageFrom: 'age' })],
  ['boats.recordTypes.Boat.attributes.extra', withAttribute({ type: 'decimal', ageFrom: 'built' })],
  ['boats.recordTypes.Boat.attributes.extra', withAttribute({ type: 'integer', ageFrom: 'built', many: true })],
])('%s is named as the fault', (path, definition) => {
  expect(() => defineRegistryType(definition)).toThrow(DciError);
  expect(() => defineRegistryType(definition)).toThrow(
    expect.objectContaining({ code: 'err.configuration.invalid', path }),
  );
});
