import type { JsonObject } from '../json/value.ts';
import { list, object, text } from './field.ts';
import { type GeoCoordinates, geoCoordinatesShape } from './geo.ts';
import { defineShape, type Shape } from './shape.ts';

/** A place (records.md section 2). `code` is not the standard's, but the seeds' groups name their area by it. */
export interface Place extends JsonObject {
  readonly name?: string | undefined;
  readonly code?: string | undefined;
  readonly address_line?: string | undefined;
  readonly geo?: GeoCoordinates | undefined;
  readonly contained_in_place?: Place | undefined;
  readonly contains_place?: readonly Place[] | undefined;
}

/** A place; CRVS peers send `address` for `address_line`, OpenCRVS a bare text for the place around it. */
export const placeShape: Shape<Place> = defineShape(
  'Place',
  {
    name: text(),
    code: text(),
    address_line: text('address'),
    geo: object(() => geoCoordinatesShape, 'geo_location'),
    contained_in_place: object((): Shape<Place> => placeShape),
    contains_place: list(object((): Shape<Place> => placeShape)),
  },
  { fromText: { read: (name) => ({ name }) } },
);

/** Schema of a {@link Place} as this project writes it. */
export const placeSchema = placeShape.schema;
