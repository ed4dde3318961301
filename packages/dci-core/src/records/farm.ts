import type * as v from 'valibot';
import {
  agriSupportActivity,
  animals,
  aquaculture,
  aquaSupportActivity,
  cropActivity,
  cropEndUse,
  cropType,
  equipmentSource,
  fertilizerType,
  forestActivity,
  irrigationWater,
  landTenure,
  livestockSystem,
  machinery,
  measurementUnit,
} from '../code-lists/fr.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { boolean, code, dateTime, decimal, integer, list, mergedObject, object, text } from './field.ts';
import { placeShape } from './place.ts';
import { defineShape } from './shape.ts';

const dates = { registration_date: dateTime(), last_updated: dateTime('last_update') };

/** A crop (records.md section 7). The examples say `crop_type`. */
export const cropDetailsShape = defineShape('CropDetails', {
  activity_group: code(cropActivity),
  crop_type_name: code(cropType, 'crop_type'),
  variety: text(),
  season: text(),
  end_use: code(cropEndUse),
  irrigation: boolean(),
  irrigation_water: list(code(irrigationWater)),
  fertilizer_type: list(code(fertilizerType)),
  ...dates,
});

/** Schema of {@link CropDetails} as this project writes them. */
export const cropDetailsSchema = cropDetailsShape.schema;

/** A crop. */
export type CropDetails = v.InferOutput<typeof cropDetailsSchema>;

/** Animals of one kind (records.md section 7). */
export const livestockDetailsShape = defineShape('Animals', {
  type: code(animals),
  count: integer(),
  livestock_system: code(livestockSystem),
  ...dates,
});

/** Schema of {@link LivestockDetails} as this project writes them. */
export const livestockDetailsSchema = livestockDetailsShape.schema;

/** Animals of one kind. */
export type LivestockDetails = v.InferOutput<typeof livestockDetailsSchema>;

/** What is done on a farm (records.md section 7). The examples say `aqua_culture`. */
export const farmingActivitiesShape = defineShape('Farming_Activities', {
  crop_production: list(object(() => cropDetailsShape)),
  animal_production: list(object(() => livestockDetailsShape)),
  mixed_farming: boolean(),
  agri_support_activities: list(code(agriSupportActivity)),
  aquaculture: list(code(aquaculture)),
  aqua_support_activities: code(aquaSupportActivity),
  agroforestry: list(code(forestActivity)),
  ...dates,
});

/** Schema of {@link FarmingActivities} as this project writes them. */
export const farmingActivitiesSchema = farmingActivitiesShape.schema;

/** What is done on a farm. */
export type FarmingActivities = v.InferOutput<typeof farmingActivitiesSchema>;

/**
 * A farm (records.md section 7). `measurment` is the standard's spelling. The examples say `place` for the location,
 * and send farming activities as a list: many are joined into one, list by list.
 */
export const farmInfoShape = defineShape('FarmInfo', {
  location: object(() => placeShape, 'place'),
  land_tenure: code(landTenure),
  land_size: decimal(),
  measurment: code(measurementUnit, 'measurement', 'measurement_unit'),
  farming_activities: mergedObject(() => farmingActivitiesShape, joinLists),
  ...dates,
});

/** Schema of {@link FarmInfo} as this project writes it. */
export const farmInfoSchema = farmInfoShape.schema;

/** A farm. */
export type FarmInfo = v.InferOutput<typeof farmInfoSchema>;

/**
 * Machinery (records.md section 7). The JSON-LD has two properties `type`, which one object cannot hold; the second,
 * where it comes from, is `equipement_source` as in the examples.
 */
export const machineriesShape = defineShape('Machineries', {
  type: code(machinery),
  count: integer(),
  equipement_source: code(equipmentSource, 'equipment_source'),
  ...dates,
});

/** Schema of {@link Machineries} as this project writes them. */
export const machineriesSchema = machineriesShape.schema;

/** Machinery. */
export type Machineries = v.InferOutput<typeof machineriesSchema>;

// single values: the first one counts
function joinLists(objects: readonly JsonObject[]): JsonObject {
  const joined: Record<string, JsonValue | undefined> = {};
  for (const object of objects) {
    for (const [name, value] of Object.entries(object)) {
      const earlier = joined[name];
      joined[name] =
        Array.isArray(earlier) && Array.isArray(value)
          ? [...(earlier as readonly JsonValue[]), ...(value as readonly JsonValue[])]
          : (earlier ?? value);
    }
  }
  return joined;
}
