import { int, isDict, type PythonDict, PythonNumber, type PythonValue } from './python-json.fixtures.ts';

/**
 * `message_ts` as pydantic renders what it parsed: `+00:00` becomes `Z`, `.123Z` becomes `.123000Z`, `.000Z` becomes `Z`.
 *
 * @returns the rendering; `undefined` when pydantic refuses the text
 */
export function renderTimestamp(text: string): string | undefined {
  const form = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|z|[+-]\d\d:?\d\d)?$/;
  const [matched, date, minutes, seconds = '00', fraction = '', zone = ''] = form.exec(text) ?? [];
  if (matched === undefined || Number.isNaN(Date.parse(`${date}T${minutes}:${seconds}Z`))) return undefined;
  const micros = fraction.slice(0, 6).padEnd(6, '0');
  const offset = zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  const isUtc = offset.toUpperCase() === 'Z' || /^[+-]00:00$/.test(offset);
  return `${date}T${minutes}:${seconds}${micros === '000000' ? '' : `.${micros}`}${isUtc ? 'Z' : offset}`;
}

type Render = (value: PythonValue) => PythonValue | undefined;

const text: Render = (value) => (typeof value === 'string' ? value : undefined);
const flag: Render = (value) => (typeof value === 'boolean' ? value : undefined);
const timestamp: Render = (value) => (typeof value === 'string' ? renderTimestamp(value) : undefined);
const count: Render = (value) => (value instanceof PythonNumber && /^\d+$/.test(value.text) ? value : undefined);
const textOrNone: Render = (value) => (value === null ? null : text(value));
const dictOrNone: Render = (value) => (value === null || isDict(value) ? value : undefined);

/** The ten fields of the model. One without a default is required. */
const fields: readonly { readonly name: string; readonly render: Render; readonly byDefault?: PythonValue }[] = [
  { name: 'version', render: text, byDefault: '1.0.0' },
  { name: 'message_id', render: text },
  { name: 'message_ts', render: timestamp },
  { name: 'action', render: text },
  { name: 'sender_id', render: text },
  { name: 'sender_uri', render: textOrNone, byDefault: null },
  { name: 'receiver_id', render: text },
  { name: 'total_count', render: count, byDefault: int(0) },
  { name: 'is_msg_encrypted', render: flag, byDefault: false },
  { name: 'meta', render: dictOrNone, byDefault: null },
];

/** A header that the model refuses; its message names the field. */
export class HeaderError extends Error {}

/**
 * `DCIHeader(**header).model_dump(mode="json")`: ten fields, defaults filled in, unknown ones dropped.
 *
 * @throws HeaderError for a header that the model refuses
 */
export function renderHeader(header: PythonDict): PythonDict {
  return Object.fromEntries(
    fields.map(({ name, render, byDefault }) => {
      const value = name in header ? header[name] : byDefault;
      const rendered = value === undefined ? undefined : render(value);
      if (rendered === undefined) throw new HeaderError(`header.${name}`);
      return [name, rendered];
    }),
  );
}
