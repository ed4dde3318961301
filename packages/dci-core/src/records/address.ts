import type * as v from 'valibot';
import { object, text } from './field.ts';
import { geoLocationShape } from './geo.ts';
import { defineShape } from './shape.ts';

/** A postal address (records.md sections 1 and 2). */
export const addressShape = defineShape(
  'Address',
  {
    address_line_1: text('street_address', 'address_line', 'street', 'line_1'),
    address_line_2: text('street_address_2', 'street_2', 'line_2'),
    locality: text('city', 'town'),
    sub_region_code: text('district', 'sub_region', 'district_code'),
    region_code: text('region', 'state', 'province', 'state_code'),
    postal_code: text('zip', 'zip_code', 'post_code'),
    country_code: text('country'),
    geo_location: object(() => geoLocationShape),
  },
  { fromText: { read: (line) => ({ address_line_1: line }) } },
);

/** Schema of an {@link Address} as this project writes it. */
export const addressSchema = addressShape.schema;

/** A postal address. */
export type Address = v.InferOutput<typeof addressSchema>;
