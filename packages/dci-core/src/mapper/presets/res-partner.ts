import { sexCategory } from '../../code-lists/core.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';
import { isJsonObject } from '../../json/value.ts';
import { asCode } from '../code-conversion.ts';
import { asDecimal } from '../conversion.ts';
import { asDate, asDateTime } from '../date-conversion.ts';
import type { ColumnField, Direction, FieldMapping, MappingDefinition, Relation } from '../definition.ts';
import type { LookupTable } from '../lookup.ts';
import type { Row } from '../row.ts';

/** Tables of an OpenSPP database. The seeds name the first, second and last; the others are Odoo's way of naming them. */
export interface ResPartnerTables {
  readonly partners: string;
  readonly identifiers: string;
  readonly phones: string;
  readonly addresses: string;
  readonly memberships: string;
}

/** How an OpenSPP database is laid out, and the content of the tables that `res_partner` points into. */
export interface ResPartnerOptions {
  /** Identifier types: key → `namespace_uri`, which is the `identifier_type` of records. */
  readonly identifierTypes: LookupTable['entries'];
  /** Gender vocabulary: key → `code`. */
  readonly genders: LookupTable['entries'];
  /** `res_country_state`: key → `code`, which is the `region_code` of records. Codes of one country only: Odoo's are not unique across countries. */
  readonly states?: LookupTable['entries'];
  /** `res_country`: key → `code`. */
  readonly countries?: LookupTable['entries'];
  /** Codes of the gender vocabulary that `sexCategory` does not know or knows otherwise, and what they mean. */
  readonly sexCodes?: readonly (readonly [code: string, sex: string])[];
  /**
   * Where addresses stand. `partner`: one, in the partner's own address fields (as the newer seed says).
   * `table`: any number, in a table of their own (`address_ids` of the early seed).
   */
  readonly addresses?: 'partner' | 'table';
  /** True when the columns `name_prefix` and `name_suffix` exist (early seed: "may need to add field"). */
  readonly nameAffixes?: boolean;
  /** Tables that have another name. */
  readonly tables?: Partial<ResPartnerTables>;
  /** Further columns with a fixed value that rows of `res_partner` must have, for example `{ active: true }`. */
  readonly where?: Row;
  /** Further fields, with the relations and lookups that they use. */
  readonly extend?: Partial<Pick<MappingDefinition, 'fields' | 'relations' | 'lookups'>>;
}

const defaultTables: ResPartnerTables = {
  partners: 'res_partner',
  identifiers: 'spp_registry_id',
  phones: 'spp_phone_number',
  addresses: 'spp_address',
  memberships: 'g2p_group_membership',
};

/**
 * @param options - may rename tables
 * @returns the names of all tables
 */
export function tablesOf(options: ResPartnerOptions): ResPartnerTables {
  return { ...defaultTables, ...options.tables };
}

/**
 * @param options - content of the lookup tables
 * @returns the lookups that person and group mappings use
 */
export function lookupsOf(options: ResPartnerOptions): Readonly<Record<string, LookupTable>> {
  const { identifierTypes, genders, states = [], countries = [] } = options;
  return {
    identifierTypes: { table: 'spp_id_type', key: 'id', value: 'namespace_uri', entries: identifierTypes },
    genders: { table: 'spp_vocabulary_code', key: 'id', value: 'code', entries: genders },
    states: { table: 'res_country_state', key: 'id', value: 'code', entries: states },
    countries: { table: 'res_country', key: 'id', value: 'code', entries: countries },
    ...options.extend?.lookups,
  };
}

/** Where the rows of a partner stand in a mapping. */
export interface PartnerPlace {
  /** The relation that holds the partner; the root when absent. */
  readonly relation?: string;
  /** Put before the names of relations, so that a mapping can hold several kinds of partners. */
  readonly prefix: string;
  /** Put before the paths in the record, for example `demographic_info.`. */
  readonly path: string;
}

/**
 * The identifiers of a partner: rows of `spp_registry_id`.
 *
 * @param place - where the partner stands
 * @param paths - where the list stands in the record; the first is stored, the others show the same
 * @returns the field
 */
export function identifierField(place: PartnerPlace, ...paths: readonly [string, ...string[]]): FieldMapping {
  const [path, ...alsoAt] = paths;
  return {
    kind: 'list',
    path,
    alsoAt,
    relation: relationName(place, 'identifiers'),
    fields: [
      { kind: 'column', path: 'identifier_type', column: 'id_type_id', lookup: 'identifierTypes' },
      { kind: 'column', path: 'identifier_value', column: 'value' },
    ],
  };
}

/**
 * The relations of a partner.
 *
 * @param options - names of tables, where addresses stand
 * @param place - where the partner stands
 * @param kinds - which of them the mapping uses
 * @returns relation name → relation
 */
export function partnerRelations(
  options: ResPartnerOptions,
  place: PartnerPlace,
  kinds: readonly ('identifiers' | 'phones')[],
): Readonly<Record<string, Relation>> {
  const tables = tablesOf(options);
  const used = options.addresses === 'table' ? [...kinds, 'addresses' as const] : kinds;
  const parent = place.relation === undefined ? {} : { parent: place.relation };
  return Object.fromEntries(
    used.map((kind): [string, Relation] => [
      relationName(place, kind),
      { kind: 'many', table: tables[kind], foreignKey: 'partner_id', ...parent },
    ]),
  );
}

/**
 * The fields of a person, without identifiers: the seeds' table "DCI Person ↔ res.partner".
 *
 * @param options - layout of the database
 * @param place - where the partner stands
 * @returns the fields
 */
export function personFields(options: ResPartnerOptions, place: PartnerPlace): readonly FieldMapping[] {
  const sex = asCode({ codeList: sexCategory, local: options.sexCodes ?? [] });
  const affixes = [
    partnerColumn(place, 'name.prefix', 'name_prefix'),
    partnerColumn(place, 'name.suffix', 'name_suffix'),
  ];
  return [
    partnerColumn(place, 'name.given_name', 'given_name'),
    partnerColumn(place, 'name.surname', 'family_name'),
    partnerColumn(place, 'name.second_name', 'addl_name'),
    ...(options.nameAffixes === true ? affixes : []),
    { ...partnerColumn(place, 'sex', 'gender_id'), lookup: 'genders', conversion: sex },
    { ...partnerColumn(place, 'birth_date', 'birthdate'), conversion: asDate() },
    { ...partnerColumn(place, 'death_date', 'deathdate'), conversion: asDate() },
    ...addressFields(options, place),
    { kind: 'values', path: `${place.path}phone_number`, relation: relationName(place, 'phones'), column: 'phone_no' },
    partnerColumn(place, 'email[0]', 'email'),
    ...systemFields(place),
  ];
}

/**
 * The address list of a person or a group.
 *
 * @param options - tells where addresses stand
 * @param place - where the partner stands
 * @returns the fields
 */
export function addressFields(options: ResPartnerOptions, place: PartnerPlace): readonly FieldMapping[] {
  if (options.addresses !== 'table') {
    return addressColumns.map((field) => ({
      ...field,
      ...partnerColumn(place, `address[0].${field.path}`, field.column),
    }));
  }
  const location = 'geo_location.plus_code';
  return [
    {
      kind: 'list',
      path: `${place.path}address`,
      relation: relationName(place, 'addresses'),
      fields: [
        ...addressColumns,
        { kind: 'column', path: 'sub_region_code', column: 'district_code' },
        { kind: 'column', path: `${location}.global_code`, column: 'plus_code' },
        coordinate(`${location}.geometry.location.latitude`, 'latitude'),
        coordinate(`${location}.geometry.location.longitude`, 'longitude'),
      ],
    },
  ];
}

const addressColumns: readonly ColumnField[] = [
  { kind: 'column', path: 'address_line_1', column: 'street' },
  { kind: 'column', path: 'address_line_2', column: 'street2' },
  { kind: 'column', path: 'locality', column: 'city' },
  { kind: 'column', path: 'region_code', column: 'state_id', lookup: 'states' },
  { kind: 'column', path: 'postal_code', column: 'zip' },
  { kind: 'column', path: 'country_code', column: 'country_id', lookup: 'countries' },
];

/**
 * A geographical coordinate in degrees.
 *
 * @param path - where in the record
 * @param column - the column
 * @returns the field
 */
export function coordinate(path: string, column: string): ColumnField {
  return { kind: 'column', path, column, conversion: asDecimal() };
}

/**
 * Odoo's own timestamps: read, never written.
 *
 * @param place - where the partner stands
 * @returns the fields
 */
export function systemFields(place: PartnerPlace): readonly FieldMapping[] {
  const moment = asDateTime('naive-utc');
  return [
    { ...partnerColumn(place, 'registration_date', 'create_date', 'to-record'), conversion: moment },
    { ...partnerColumn(place, 'last_updated', 'write_date', 'to-record'), conversion: moment },
  ];
}

/**
 * The display name, which Odoo requires: computed, because records have none.
 *
 * @param place - where the partner stands
 * @param compute - makes the name out of the record
 * @returns the field
 */
export function displayNameColumn(place: PartnerPlace, compute: (record: JsonObject) => string | null): FieldMapping {
  return {
    kind: 'computed-column',
    column: 'name',
    compute,
    ...(place.relation === undefined ? {} : { relation: place.relation }),
  };
}

/**
 * @param person - a person record
 * @returns "Surname, Given Second", or null when it has no name
 */
export function personDisplayName(person: JsonValue | undefined): string | null {
  const name = isJsonObject(person) ? person.name : undefined;
  if (!isJsonObject(name)) return null;
  const given = [name.given_name, name.second_name].filter((part) => typeof part === 'string' && part !== '').join(' ');
  return [name.surname, given].filter((part) => typeof part === 'string' && part !== '').join(', ') || null;
}

function partnerColumn(place: PartnerPlace, path: string, column: string, direction?: Direction): ColumnField {
  return {
    kind: 'column',
    path: place.path + path,
    column,
    ...(place.relation === undefined ? {} : { relation: place.relation }),
    ...(direction === undefined ? {} : { direction }),
  };
}

/**
 * @param place - where the partner stands
 * @param kind - which of its relations
 * @returns the name of the relation in the mapping
 */
export function relationName(place: PartnerPlace, kind: 'identifiers' | 'phones' | 'addresses'): string {
  return place.prefix === '' ? kind : `${place.prefix}${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
}
