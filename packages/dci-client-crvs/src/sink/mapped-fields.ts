import {
  asBoolean,
  asCode,
  asDate,
  asText,
  type Conversion,
  type JsonValue,
  maritalStatus,
  type RowValue,
} from 'dci-core';
import type { VitalEvent } from '../events/vital-event.ts';
import { foldIdentifierValue } from '../identifiers.ts';

/** Facts of vital events that a local table can have columns for. */
export type MappedField =
  | 'birthDate'
  | 'brn'
  | 'birthPlace'
  | 'deathDate'
  | 'drn'
  | 'deathPlace'
  | 'active'
  | 'deactivationReason'
  | 'deactivationDate'
  | 'maritalStatus'
  | 'maritalStatusSince'
  | 'mrn';

/** A column, and how its values are translated. */
export interface MappedColumn {
  readonly column: string;
  /** Default: dates as text, `active` as boolean, marital status as the standard's code, all else as text. */
  readonly conversion?: Conversion;
}

/** Which column has which fact; what has none is not stored. */
export type MappedColumns = Readonly<Partial<Record<MappedField, string | MappedColumn>>>;

/** Facts that change in the course of a life: what a row says of them is older news, not a contradiction. */
export const changingFields: readonly MappedField[] = [
  'active',
  'deactivationReason',
  'deactivationDate',
  'maritalStatus',
  'maritalStatusSince',
  'mrn',
];

/** Free text that is spelt in many ways: what a row has stays as it is. */
export const fillOnlyFields: readonly MappedField[] = ['birthPlace', 'deathPlace'];

/** Registration numbers, compared without regard to spaces and case. */
const numberFields: readonly MappedField[] = ['brn', 'drn', 'mrn'];

const conversions: Readonly<Record<MappedField, Conversion>> = {
  birthDate: asDate(),
  brn: asText(),
  birthPlace: asText(),
  deathDate: asDate(),
  drn: asText(),
  deathPlace: asText(),
  active: asBoolean(),
  deactivationReason: asText(),
  deactivationDate: asDate(),
  maritalStatus: asCode({ codeList: maritalStatus }),
  maritalStatusSince: asDate(),
  mrn: asText(),
};

/** A column with its conversion. */
export interface ResolvedColumn {
  readonly column: string;
  readonly conversion: Conversion;
}

/**
 * @param columns - as the integrator gave them
 * @param field - a fact
 * @returns its column; `undefined` when it is not stored
 */
export function columnOf(columns: MappedColumns, field: MappedField): ResolvedColumn | undefined {
  const given = columns[field];
  if (given === undefined) return undefined;
  return { conversion: conversions[field], ...(typeof given === 'string' ? { column: given } : given) };
}

/**
 * @param column - of a fact
 * @param value - of that column in a row
 * @returns what the record would say; `undefined` for nothing
 */
export function readColumn({ conversion }: ResolvedColumn, value: RowValue | undefined): JsonValue | undefined {
  return value === undefined || value === null || value === '' ? undefined : conversion.read(value);
}

/**
 * @param field - a fact
 * @param local - what a row says of it
 * @param registry - what the registry says
 * @returns whether both say the same
 */
export function sameFact(field: MappedField, local: JsonValue | undefined, registry: string | boolean): boolean {
  if (!numberFields.includes(field) || typeof local !== 'string') return local === registry;
  return foldIdentifierValue(local) === foldIdentifierValue(String(registry));
}

/** A fact and what a record says of it. */
export type Fact = readonly [field: MappedField, value: string | boolean];

/**
 * Lists what an event says of a person.
 *
 * @param event - the event
 * @returns the facts that it states
 */
export function factsOf(event: VitalEvent): readonly Fact[] {
  switch (event.type) {
    case 'LiveBirth':
      return [
        ['birthDate', event.date],
        ...stated('brn', event.registrationNumber),
        ...stated('birthPlace', event.place?.name ?? event.place?.addressLine),
      ];
    case 'Death':
      return [
        ['deathDate', event.date],
        ...stated('drn', event.registrationNumber),
        ...stated('deathPlace', event.place?.name ?? event.place?.addressLine),
        ['active', false],
        ['deactivationReason', 'deceased'],
        ['deactivationDate', event.date],
      ];
    case 'Marriage':
    case 'Divorce':
      return [
        ['maritalStatus', event.maritalStatus],
        ...stated('maritalStatusSince', event.maritalStatusSince),
        ...stated('mrn', event.registrationNumber),
      ];
    default:
      return [];
  }
}

function stated(field: MappedField, value: string | undefined): readonly Fact[] {
  return value === undefined ? [] : [[field, value]];
}
