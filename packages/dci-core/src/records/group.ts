import type * as v from 'valibot';
import { assistanceUnit } from '../code-lists/core.ts';
import { addressShape } from './address.ts';
import { boolean, code, dateTime, decimal, integer, json, list, object, text } from './field.ts';
import { identifierShape } from './identifier.ts';
import { memberShape } from './member.ts';
import { placeShape } from './place.ts';
import { defineShape } from './shape.ts';

/** A group of related persons, such as a household (records.md sections 1 to 3); all registries have the same. */
export const groupShape = defineShape('Group', {
  group_identifier: list(object(() => identifierShape, 'identifier', 'household_identifier')),
  group_type: code(assistanceUnit),
  geographical_location: object(() => placeShape, 'place'),
  address: list(object(() => addressShape)),
  place_address: boolean(),
  poverty_score: decimal(),
  poverty_score_type: text(),
  group_head_info: object(() => memberShape, 'group_head', 'head'),
  group_size: integer('household_size'),
  member_list: list(object(() => memberShape, 'members')),
  registration_date: dateTime('sregistration_date', 'create_date'),
  last_updated: dateTime('last_update', 'write_date'),
  additional_attributes: list(json()),
});

/** Schema of a {@link Group} as this project writes it. */
export const groupSchema = groupShape.schema;

/** A group of related persons. */
export type Group = v.InferOutput<typeof groupSchema>;
