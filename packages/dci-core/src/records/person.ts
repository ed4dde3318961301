import type * as v from 'valibot';
import { personFields, restructurePerson } from './person-fields.ts';
import { defineShape } from './shape.ts';

/** A person (records.md section 2). SR_Person, IBR_Person, DR_Person and FR_Person have no members beyond these. */
export const personShape = defineShape('Person', personFields, { restructure: restructurePerson });

/** Schema of a {@link Person} as this project writes it. */
export const personSchema = personShape.schema;

/** A person. */
export type Person = v.InferOutput<typeof personSchema>;
