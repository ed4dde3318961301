import { defineMapping, type Mapping } from '../define.ts';
import {
  displayNameColumn,
  identifierField,
  lookupsOf,
  type PartnerPlace,
  partnerRelations,
  personDisplayName,
  personFields,
  type ResPartnerOptions,
  tablesOf,
} from './res-partner.ts';

/**
 * DCI Person ↔ OpenSPP's `res_partner`, as in the seeds' table of that name.
 *
 * | record | rows | way |
 * |---|---|---|
 * | `identifier[].identifier_type` | `spp_registry_id.id_type_id` → `namespace_uri` | both |
 * | `identifier[].identifier_value` | `spp_registry_id.value` | both |
 * | `name.given_name`, `.surname`, `.second_name` | `given_name`, `family_name`, `addl_name` | both |
 * | `name.prefix`, `.suffix` | `name_prefix`, `name_suffix` with `nameAffixes`, else not mapped | both |
 * | `sex` | `gender_id` → `code` | both |
 * | `birth_date`, `death_date` | `birthdate`, `deathdate` | both |
 * | `address[0]` | `street street2 city state_id zip country_id` | both; further addresses are lost |
 * | `address[]` with `addresses: 'table'` | `spp_address` | both |
 * | `phone_number[]` | `spp_phone_number.phone_no` | both |
 * | `email[0]` | `email` | both; further addresses are lost |
 * | `registration_date`, `last_updated` | `create_date`, `write_date` | to the record only: system fields |
 * | – | `name` | to rows only: computed, Odoo requires it |
 *
 * What is lost is reported to `onWarning` of `toRows`.
 *
 * @param options - layout of the database, content of its lookup tables
 * @returns the mapping; relations `identifiers`, `phones` and, with a table of addresses, `addresses`
 * @throws DciError `err.configuration.invalid` when `extend` conflicts with the preset
 */
export function resPartnerPerson(options: ResPartnerOptions): Mapping {
  const place: PartnerPlace = { prefix: '', path: '' };
  return defineMapping({
    recordType: 'Person',
    root: { table: tablesOf(options).partners, where: { is_registrant: true, is_group: false, ...options.where } },
    relations: { ...partnerRelations(options, place, ['identifiers', 'phones']), ...options.extend?.relations },
    lookups: lookupsOf(options),
    falseIsAbsent: true,
    fields: [
      { kind: 'constant', path: '@context', value: 'https://schema.spdci.org/core/v1' },
      { kind: 'constant', path: '@type', value: 'Person' },
      identifierField(place, 'identifier'),
      ...personFields(options, place),
      displayNameColumn(place, personDisplayName),
      ...(options.extend?.fields ?? []),
    ],
  });
}
