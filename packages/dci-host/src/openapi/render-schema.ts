import type { JsonValue } from 'dci-core';
import { type Html, html } from './html.ts';
import type { JsonSchema } from './openapi.ts';

/**
 * Writes a JSON Schema for reading: its type in words, its limits, and its members as a nested list.
 *
 * @param schema - the schema
 * @returns HTML for the inside of a block
 */
export function renderSchema(schema: JsonSchema): Html {
  return html`<p class="type">${typeOf(schema)}${limitsOf(schema)}</p>${descriptionOf(schema)}${membersOf(schema)}`;
}

/**
 * Writes a text with its `code` marked and empty lines as ends of paragraphs.
 *
 * @param text - the text
 * @returns HTML of paragraphs
 */
export function renderText(text: string): Html {
  return html`${text.split(/\n{2,}/).map((paragraph) => html`<p>${marked(paragraph)}</p>`)}`;
}

function marked(text: string): readonly (Html | string)[] {
  return text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part));
}

function typeOf(schema: JsonSchema): Html | string {
  const { $ref: reference, type, const: constant, enum: values } = schema;
  if (typeof reference === 'string') {
    const name = reference.slice(reference.lastIndexOf('/') + 1);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (constant !== undefined) return html`<code>${JSON.stringify(constant)}</code>`;
  if (Array.isArray(values)) {
    return html`one of ${values.map((value: JsonValue, at) => html`${at > 0 && ', '}<code>${JSON.stringify(value)}</code>`)}`;
  }
  for (const [keyword, between] of [
    ['oneOf', ' or '],
    ['anyOf', ' or '],
    ['allOf', ' and '],
  ] as const) {
    const choices = schemasOf(schema[keyword]);
    if (choices.length > 0) return html`${choices.map((choice, at) => html`${at > 0 && between}${typeOf(choice)}`)}`;
  }
  if (type === 'array') {
    const [items] = schemasOf([schema.items ?? {}]);
    return html`list of ${items === undefined ? 'anything' : typeOf(items)}`;
  }
  if (typeof type === 'string') return type;
  return Array.isArray(type) ? type.join(' or ') : 'anything';
}

const limits: readonly (readonly [keyword: string, text: string])[] = [
  ['format', 'format'],
  ['minimum', 'at least'],
  ['maximum', 'at most'],
  ['minLength', 'characters at least'],
  ['maxLength', 'characters at most'],
  ['minItems', 'elements at least'],
  ['maxItems', 'elements at most'],
  ['pattern', 'pattern'],
  ['default', 'default'],
];

function limitsOf(schema: JsonSchema): readonly Html[] {
  return limits.flatMap(([keyword, text]) => {
    const value = schema[keyword];
    return value === undefined
      ? []
      : [html`; ${text} <code>${typeof value === 'string' ? value : JSON.stringify(value)}</code>`];
  });
}

function descriptionOf({ description, examples }: JsonSchema): Html {
  const shown = Array.isArray(examples) ? examples : [];
  return html`${typeof description === 'string' && renderText(description)}${
    shown.length > 0 &&
    html`<p>For example ${shown.map((example: JsonValue, at) => html`${at > 0 && ', '}<code>${JSON.stringify(example)}</code>`)}</p>`
  }`;
}

function membersOf(schema: JsonSchema): Html | undefined {
  const { properties, required, items } = schema;
  const names = Array.isArray(required) ? required : [];
  const members = typeof properties === 'object' && properties !== null ? Object.entries(properties as JsonSchema) : [];
  if (members.length > 0) {
    return html`<ul class="members">${members.map(([name, member]) => {
      const [inner] = schemasOf([member ?? {}]);
      return html`<li><code>${name}</code>${names.includes(name) && html` <strong>required</strong>`}${inner && renderSchema(inner)}</li>`;
    })}</ul>`;
  }
  for (const keyword of ['oneOf', 'anyOf', 'allOf'] as const) {
    const described = schemasOf(schema[keyword]).filter(hasMembers);
    if (described.length > 0) return html`${described.map(membersOf)}`;
  }
  const [item] = items === undefined ? [] : schemasOf([items]);
  return item === undefined ? undefined : membersOf(item);
}

function hasMembers(schema: JsonSchema): boolean {
  return membersOf(schema) !== undefined;
}

function schemasOf(value: JsonValue | undefined): readonly JsonSchema[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is JsonSchema => typeof item === 'object' && item !== null && !Array.isArray(item));
}
