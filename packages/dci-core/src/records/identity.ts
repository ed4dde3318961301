import type * as v from 'valibot';
import { biometricDataType } from '../code-lists/id.ts';
import { code, object, text } from './field.ts';
import { personFields, restructurePerson } from './person-fields.ts';
import { defineShape } from './shape.ts';

/** Biometric data, base64 (records.md section 8). Never searchable. */
export const biometricDataShape = defineShape('Biometric_Data', {
  data: text(),
  type: code(biometricDataType),
  issuer: text(),
});

/** Schema of {@link BiometricData} as this project writes them. */
export const biometricDataSchema = biometricDataShape.schema;

/** Biometric data. */
export type BiometricData = v.InferOutput<typeof biometricDataSchema>;

/** A person of an identity system (records.md section 8). */
export const identityPersonShape = defineShape(
  'ID_Person',
  { ...personFields, biometric_data: object(() => biometricDataShape) },
  { restructure: restructurePerson },
);

/** Schema of an {@link IdentityPerson} as this project writes it. */
export const identityPersonSchema = identityPersonShape.schema;

/** A person of an identity system. */
export type IdentityPerson = v.InferOutput<typeof identityPersonSchema>;
