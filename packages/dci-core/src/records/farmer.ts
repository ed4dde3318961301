import type * as v from 'valibot';
import { farmType } from '../code-lists/fr.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { farmInfoShape, machineriesShape } from './farm.ts';
import { code, dateTime, list, object } from './field.ts';
import { groupShape } from './group.ts';
import { memberShape } from './member.ts';
import { defineShape, memberOf, type Shape, withoutMember } from './shape.ts';
import { elementsOf, isAbsent } from './values.ts';

const farmerFields = {
  farmer_personal_details: object(() => memberShape, 'famer_personal_details', 'personal_details'),
  family_details: object(() => groupShape),
  farm_type: code(farmType),
  farm_details: list(object(() => farmInfoShape)),
  machineries_details: list(object(() => machineriesShape)),
  registration_date: dateTime(),
  last_updated: dateTime('last_update'),
};

const fieldsShape: Shape = defineShape('Farmer_Person', farmerFields);

/** A farmer with family, farms and machinery (records.md section 7). */
export const farmerShape = defineShape('Farmer_Person', farmerFields, {
  restructure: (object) => withFarmType(withPersonalDetails(object)),
});

/** Schema of a {@link Farmer} as this project writes it. */
export const farmerSchema = farmerShape.schema;

/** A farmer with family, farms and machinery. */
export type Farmer = v.InferOutput<typeof farmerSchema>;

// the examples have the farm type on the farms; it moves up, and farms of another type keep theirs
function withFarmType(object: JsonObject): JsonObject {
  const farms = elementsOf(memberOf(object, fieldsShape, 'farm_details'));
  if (memberOf(object, fieldsShape, 'farm_type') !== undefined) return object;
  const farm_type = farms.map(farmTypeOf).find((type) => type !== undefined);
  if (farm_type === undefined) return object;
  const farm_details = farms.map((farm) => (farmTypeOf(farm) === farm_type ? withoutFarmType(farm) : farm));
  return { ...withoutMember(object, fieldsShape, 'farm_details'), farm_details, farm_type };
}

// the G2P reference registry sends a flat farmer
function withPersonalDetails(object: JsonObject): JsonObject {
  const { farmer_id, farmer_name, ...rest } = object;
  if (farmer_id === undefined && farmer_name === undefined) return object;
  if (memberOf(object, fieldsShape, 'farmer_personal_details') !== undefined) return object;
  return {
    ...rest,
    farmer_personal_details: {
      ...(farmer_id !== undefined && {
        member_identifier: [{ identifier_type: 'FARMER_ID', identifier_value: farmer_id }],
      }),
      ...(farmer_name !== undefined && { demographic_info: { name: farmer_name } }),
    },
  };
}

function farmTypeOf(farm: JsonValue): JsonValue | undefined {
  return isJsonObject(farm) && !isAbsent(farm.farm_type) ? farm.farm_type : undefined;
}

function withoutFarmType(farm: JsonValue): JsonValue {
  if (!isJsonObject(farm)) return farm;
  const { farm_type: _, ...rest } = farm;
  return rest;
}
