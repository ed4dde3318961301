import type * as v from 'valibot';
import { decimal, object, text } from './field.ts';
import { defineShape } from './shape.ts';

/** A point on the map, WGS 84 (records.md section 2). */
export const geoCoordinatesShape = defineShape('GeoCoordinates', {
  latitude: decimal('lat'),
  longitude: decimal('lon', 'lng', 'long'),
});

/** Schema of {@link GeoCoordinates} as this project writes them. */
export const geoCoordinatesSchema = geoCoordinatesShape.schema;

/** A point on the map, WGS 84. */
export type GeoCoordinates = v.InferOutput<typeof geoCoordinatesSchema>;

const boundsShape = defineShape('Bounds', {
  northeast: object(() => geoCoordinatesShape),
  southwest: object(() => geoCoordinatesShape),
});

const geometryShape = defineShape('Geometry', {
  bounds: object(() => boundsShape),
  location: object(() => geoCoordinatesShape),
});

const plusCodeShape = defineShape('PlusCode', {
  global_code: text(),
  geometry: object(() => geometryShape),
});

/** A location as an Open Location Code with its geometry (records.md section 2). */
export const geoLocationShape = defineShape('GeoLocation', { plus_code: object(() => plusCodeShape) });

/** Schema of a {@link GeoLocation} as this project writes it. */
export const geoLocationSchema = geoLocationShape.schema;

/** A location as an Open Location Code with its geometry. */
export type GeoLocation = v.InferOutput<typeof geoLocationSchema>;

/** A geometrical shape on a map (records.md section 2). */
export const geoShapeShape = defineShape('GeoShape', {
  box: text(),
  circle: text(),
  elevation: text(),
  line: text(),
  polygon: text(),
});

/** Schema of a {@link GeoShape} as this project writes it. */
export const geoShapeSchema = geoShapeShape.schema;

/** A geometrical shape on a map. */
export type GeoShape = v.InferOutput<typeof geoShapeSchema>;
