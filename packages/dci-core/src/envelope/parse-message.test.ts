import * as v from 'valibot';
import { expect, test } from 'vitest';
import { DciError } from '../errors.ts';
import type { JsonValue } from '../json/value.ts';
import { parseMessage } from './parse-message.ts';

const schema = v.object({
  id: v.pipe(v.string(), v.maxLength(3, 'must not exceed 3 characters')),
  items: v.array(v.object({ kind: v.picklist(['a', 'b']), size: v.number() })),
  either: v.optional(v.union([v.string(), v.array(v.string())], 'must be a text or a list of texts')),
  flag: v.optional(v.nullable(v.boolean())),
});

test('a good value is returned', () => {
  expect(parseMessage(schema, { id: 'x', items: [], extra: 1 }, 'message')).toEqual({ id: 'x', items: [] });
});

test.each<[JsonValue | undefined, string, string]>([
  [undefined, 'message', 'message is missing'],
  ['SECRET', 'message', 'message must be an object'],
  [{ items: [] }, 'message.id', 'message.id is missing'],
  [{ id: 7, items: [] }, 'message.id', 'message.id must be a text'],
  [{ id: 'SECRET', items: [] }, 'message.id', 'message.id must not exceed 3 characters'],
  [{ id: 'x', items: 'SECRET' }, 'message.items', 'message.items must be a list'],
  [
    {
      id: 'x',
      items: [
        { kind: 'a', size: 1 },
        { kind: 'SECRET', size: 1 },
      ],
    },
    'message.items[1].kind',
    'message.items[1].kind must be "a" or "b"',
  ],
  [
    { id: 'x', items: [{ kind: 'a', size: 'SECRET' }] },
    'message.items[0].size',
    'message.items[0].size must be a number',
  ],
  [{ id: 'x', items: [], either: 5 }, 'message.either', 'message.either must be a text or a list of texts'],
  [{ id: 'x', items: [], flag: 'SECRET' }, 'message.flag', 'message.flag must be a boolean'],
])('%j is refused with the path of the fault and without its value', (value, path, text) => {
  const act = (): unknown => parseMessage(schema, value, 'message');
  expect(act).toThrow(DciError);
  expect(act).toThrow(expect.objectContaining({ code: 'err.request.bad', status: 400, path, message: text }));
  expect(act).not.toThrow(/SECRET/);
});

test('the code can be that of an item', () => {
  expect(() => parseMessage(schema, null, 'x', 'rjct.filter.invalid')).toThrow(
    expect.objectContaining({ code: 'rjct.filter.invalid', path: 'x' }),
  );
});
