import { expect, test } from 'vitest';
import { DciError } from '../errors.ts';
import {
  assistanceUnit,
  educationLevel,
  functionalLimitationType,
  functionalSeverity,
  maritalStatus,
  sexCategory,
} from './core.ts';
import { type CodeListDefinition, defineCodeList } from './define.ts';
import { aquaculture, equipmentSource, landTenure, machinery } from './fr.ts';
import { enrollmentStatus } from './ibr.ts';
import { relationshipType } from './relationship.ts';

test.each([
  [sexCategory, 'F', 'female'],
  [sexCategory, 'Male', 'male'],
  [sexCategory, 'm', 'male'],
  [sexCategory, '2', 'female'],
  [maritalStatus, 'married', 'M'],
  [maritalStatus, 'Single', 'S'],
  [maritalStatus, 'u', 'U'],
  [assistanceUnit, 'Household', '2'],
  [assistanceUnit, 'family', '3'],
  [educationLevel, 'Highschool', '3'],
  [educationLevel, 'bachelor', '6'],
  [educationLevel, 'secondary', undefined],
  [functionalLimitationType, 'SELF_CARE', 'SC_SS'],
  [functionalLimitationType, 'SelfCare', 'SC_SS'],
  [functionalLimitationType, 'Cognition', 'COG_SS'],
  [functionalSeverity, 'A lot of difficulty', '3'],
  [enrollmentStatus, 'paused', '4'],
  [aquaculture, 'Marine aquafarming', '0321'],
  [machinery, 'Machine powered equipment', '31'],
  [equipmentSource, 'Provided by a government agency', '7'],
  [landTenure, 'Holdings without land', '7'],
  [relationshipType, 'SON', 'SON'],
  [relationshipType, 'Son', 'SONC'],
  [relationshipType, 'spdci:Mother', 'MTH'],
  [relationshipType, 'spouse', 'SPS'],
  [relationshipType, 'GRANDSON', 'GRNDSON'],
  [relationshipType, 'borther', 'BRO'],
  [sexCategory, 'category:male', 'male'],
  [sexCategory, '', undefined],
  [functionalSeverity, ' 3 ', '3'],
  [functionalSeverity, '３', '3'],
  [functionalSeverity, 'severity:3', '3'],
  [functionalSeverity, '-3', undefined],
  [functionalSeverity, 'severity:-3', undefined],
  [machinery, '1.0', undefined],
])('%o reads %s as %s', (list, text, code) => {
  expect(list.toCode(text)).toBe(code);
});

const entries = [
  ['1', 'One'],
  ['2', 'Two'],
] as const;

test.each<[string, CodeListDefinition]>([
  ['a code twice', { name: 'x', entries: [...entries, ['1', 'Three']] }],
  ['a label twice', { name: 'x', entries: [...entries, ['3', 'one']] }],
  ['an alias without code', { name: 'x', entries, aliases: { three: '3' } }],
  ['an alias in two spellings for two codes', { name: 'x', entries, aliases: { 'a-b': '1', a_b: '2' } }],
])('refuses %s', (_case, definition) => {
  expect(() => defineCodeList(definition)).toThrow(DciError);
});

test('the list cannot be changed', () => {
  const list = defineCodeList({ name: 'x', entries });
  expect(() => Object.assign(list.entries, { '3': 'Three' })).toThrow(TypeError);
});
