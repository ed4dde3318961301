import type * as v from 'valibot';
import { text } from './field.ts';
import { defineShape } from './shape.ts';

/** A person's name (records.md section 2). A name in one piece is kept whole: how names are split differs by country. */
export const nameShape = defineShape(
  'Name',
  {
    surname: text('family_name', 'last_name'),
    given_name: text('first_name'),
    second_name: text('middle_name'),
    maiden_name: text(),
    prefix: text('name_prefix'),
    suffix: text('name_suffix'),
  },
  {
    fromText: { read: (name) => ({ given_name: name }), warning: 'a name in one piece was taken as the given name' },
  },
);

/** Schema of a {@link Name} as this project writes it. */
export const nameSchema = nameShape.schema;

/** A person's name. */
export type Name = v.InferOutput<typeof nameSchema>;
