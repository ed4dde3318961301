import type { JsonObject } from '../../json/value.ts';
import { isJsonObject } from '../../json/value.ts';
import { asDecimal } from '../conversion.ts';
import { defineMapping, type Mapping } from '../define.ts';
import type { FieldMapping } from '../definition.ts';
import { asList } from '../record-path.ts';
import {
  addressFields,
  coordinate,
  displayNameColumn,
  identifierField,
  lookupsOf,
  type PartnerPlace,
  partnerRelations,
  personDisplayName,
  personFields,
  type ResPartnerOptions,
  systemFields,
  tablesOf,
} from './res-partner.ts';

/** What the group preset can be told beside the options of every partner. */
export interface ResPartnerGroupOptions extends ResPartnerOptions {
  /** Further fields of the elements of `member_list`; the enclosing row is the membership, relation `members` the person. */
  readonly memberFields?: readonly FieldMapping[];
}

/**
 * DCI Group ↔ OpenSPP's `res_partner` with `is_group`, as in the seeds' table of that name.
 *
 * | record | rows | way |
 * |---|---|---|
 * | `group_identifier[]` | `spp_registry_id`, as of a person | both |
 * | `group_type` | – | to the record only: always "Household" |
 * | `poverty_score`, `poverty_score_type` | `poverty_score`, `poverty_score_type` (to be added where missing) | both |
 * | `member_list[]` | `g2p_group_membership`, its `individual` a person in `res_partner` | both |
 * | `member_list[].member_identifier`, `.demographic_info.identifier` | `spp_registry_id` of the individual | both; one list, shown in both places |
 * | `member_list[].demographic_info` | `res_partner` of the individual, as the person preset | both |
 * | `group_head_info` | the membership with `is_head` | both |
 * | `group_size` | number of memberships | to the record only: computed |
 * | `address` | as of a person | both |
 * | `geographical_location.geo`, `.name` | first address, with `addresses: 'table'` | to the record only |
 * | `registration_date`, `last_updated` | `create_date`, `write_date` of group and individual | to the record only: system fields |
 * | – | `name` of group and individual | to rows only: computed, Odoo requires it |
 *
 * A head who is not in `member_list` becomes a further membership. What is lost is reported to `onWarning`
 * of `toRows`.
 *
 * @param options - layout of the database, content of its lookup tables
 * @returns the mapping; relations `identifiers`, `memberships`, `members`, `memberIdentifiers`, `memberPhones`
 *   and, with a table of addresses, `addresses` and `memberAddresses`
 * @throws DciError `err.configuration.invalid` when `extend` or `memberFields` conflict with the preset
 */
export function resPartnerGroup(options: ResPartnerGroupOptions): Mapping {
  const group: PartnerPlace = { prefix: '', path: '' };
  const member: PartnerPlace = { prefix: 'member', path: 'demographic_info.', relation: 'members' };
  const tables = tablesOf(options);
  const isPerson = { is_registrant: true, is_group: false, ...options.where };
  return defineMapping({
    recordType: 'Group',
    root: { table: tables.partners, where: { is_registrant: true, is_group: true, ...options.where } },
    relations: {
      ...partnerRelations(options, group, ['identifiers']),
      memberships: { kind: 'many', table: tables.memberships, foreignKey: 'group' },
      members: {
        kind: 'one',
        parent: 'memberships',
        table: tables.partners,
        foreignKey: 'individual',
        where: isPerson,
      },
      ...partnerRelations(options, member, ['identifiers', 'phones']),
      ...options.extend?.relations,
    },
    lookups: lookupsOf(options),
    falseIsAbsent: true,
    fields: [
      { kind: 'constant', path: '@context', value: 'https://schema.spdci.org/core/v1' },
      { kind: 'constant', path: '@type', value: 'Group' },
      identifierField(group, 'group_identifier'),
      { kind: 'constant', path: 'group_type', value: 'Household' },
      ...locationFields(options),
      ...addressFields(options, group),
      { kind: 'column', path: 'poverty_score', column: 'poverty_score', conversion: asDecimal() },
      { kind: 'column', path: 'poverty_score_type', column: 'poverty_score_type' },
      { kind: 'count', path: 'group_size', relation: 'memberships' },
      {
        kind: 'list',
        path: 'member_list',
        relation: 'memberships',
        fields: [
          identifierField(member, 'member_identifier', 'demographic_info.identifier'),
          ...personFields(options, member),
          displayNameColumn(member, (element) => personDisplayName(element.demographic_info)),
          ...(options.memberFields ?? []),
        ],
      },
      {
        kind: 'element',
        path: 'group_head_info',
        list: 'member_list',
        column: 'is_head',
        matchBy: 'member_identifier',
      },
      ...systemFields(group),
      displayNameColumn(group, groupDisplayName),
      ...(options.extend?.fields ?? []),
    ],
  });
}

/** The seed's `geographical_location` is that of the first address. */
function locationFields(options: ResPartnerOptions): readonly FieldMapping[] {
  if (options.addresses !== 'table') return [];
  const first = { relation: 'addresses', direction: 'to-record' } as const;
  return [
    { kind: 'column', path: 'geographical_location.name', column: 'city', ...first },
    { ...coordinate('geographical_location.geo.latitude', 'latitude'), ...first },
    { ...coordinate('geographical_location.geo.longitude', 'longitude'), ...first },
  ];
}

function groupDisplayName(group: JsonObject): string {
  const [identifier] = asList(group.group_identifier);
  const value = isJsonObject(identifier) ? identifier.identifier_value : undefined;
  return typeof value === 'string' && value !== '' ? value : 'Household';
}
