import { createHash } from 'node:crypto';
import type { AttributeDefinition, AttributeValue, RecordType, RegistryType } from 'dci-core';

/** How an attribute's values are stored: `text` also in its folded form, `instant` is a date or date-time. */
export type StoredForm = 'text' | 'instant' | 'number' | 'boolean';

/** The JavaScript type of the values of each form. */
export const operandType = { text: 'string', instant: 'string', number: 'number', boolean: 'boolean' } as const;

/** Where the values of an attribute are found. */
export type StoredAttribute =
  /** A column of the record table; `folded` holds the folded text of a `text`. */
  | {
      readonly kind: 'column';
      readonly definition: AttributeDefinition;
      readonly form: StoredForm;
      readonly column: string;
      readonly folded?: string;
    }
  /** Rows of the value table, one for each value. */
  | {
      readonly kind: 'rows';
      readonly definition: AttributeDefinition;
      readonly form: StoredForm;
      /** Number of the attribute in the value table. */
      readonly number: number;
    }
  /** Nowhere: every record has this value. */
  | { readonly kind: 'constant'; readonly form: StoredForm; readonly value: AttributeValue };

/**
 * The tables of one record type, derived from its attribute table. Every name is made of `a-z 0-9 _` only,
 * whatever a contributor calls the type and its attributes, so it may stand in SQL text.
 */
export interface TableLayout {
  readonly registryType: RegistryType;
  readonly recordType: RecordType;
  /** The truth: key, change number, JSON text. Record, value and identifier table are derived from it. */
  readonly documentTable: string;
  /** One row per record, one column per attribute that has a single value. */
  readonly recordTable: string;
  /** One row per value of an attribute that can have several. */
  readonly valueTable: string;
  /** One row per identifier. */
  readonly identifierTable: string;
  /** One row per consent; like the documents not derived from anything. */
  readonly consentTable: string;
  /** Canonical attribute name → where its values are; derived attributes (`ageFrom`) have none. */
  readonly attributes: ReadonlyMap<string, StoredAttribute>;
  /** Path of an identifier list → its number in the identifier table. */
  readonly identifierPaths: ReadonlyMap<string, number>;
}

/**
 * Derives the tables of a record type.
 *
 * @param registryType - any registry type, shipped or a contributor's
 * @param recordType - one of its record types
 * @returns names and columns; the same for the same definition in every process
 */
export function tableLayout(registryType: RegistryType, recordType: RecordType): TableLayout {
  const recordTable = `${safeName(registryType.name)}__${safeName(recordType.name)}`;
  const attributes = new Map<string, StoredAttribute>();
  let number = 0;
  for (const [name, definition] of Object.entries(recordType.attributes)) {
    number += 1;
    const stored = storedAttribute(name, definition, number);
    if (stored !== undefined) attributes.set(name, stored);
  }
  return {
    registryType,
    recordType,
    documentTable: `${recordTable}__document`,
    recordTable,
    valueTable: `${recordTable}__value`,
    identifierTable: `${recordTable}__identifier`,
    consentTable: `${recordTable}__consent`,
    attributes,
    identifierPaths: new Map(recordType.identifierPaths.map((path, index) => [path, index])),
  };
}

function storedAttribute(name: string, definition: AttributeDefinition, number: number): StoredAttribute | undefined {
  if (definition.ageFrom !== undefined) return undefined;
  const form = storedForm(definition);
  if (definition.constant !== undefined) return { kind: 'constant', form, value: definition.constant };
  if (definition.many === true) return { kind: 'rows', definition, form, number };
  // The number keeps two names apart that differ only in characters that a column name cannot hold.
  const column = `a${number}_${slug(name)}`;
  return form === 'text'
    ? { kind: 'column', definition, form, column, folded: `${column}_folded` }
    : { kind: 'column', definition, form, column };
}

function storedForm({ type }: AttributeDefinition): StoredForm {
  switch (type) {
    case 'string':
    case 'code':
      return 'text';
    case 'date':
    case 'datetime':
      return 'instant';
    case 'integer':
    case 'decimal':
      return 'number';
    case 'boolean':
      return 'boolean';
  }
}

/**
 * Describes everything that the stored columns depend on. Two equal fingerprints mean that rows written
 * under one definition can be read under the other.
 *
 * @param layout - the tables of a record type
 * @param extractionVersion - version of the functions that read values from records
 * @returns a SHA-256, as hexadecimal text
 */
export function fingerprint(layout: TableLayout, extractionVersion: number): string {
  const { recordType, registryType } = layout;
  const attributes = Object.entries(recordType.attributes).map(([name, definition]) => [
    name,
    definition.type,
    definition.path ?? null,
    definition.many === true,
    definition.ageFrom ?? null,
    definition.constant ?? null,
    definition.codeList === undefined ? null : [definition.codeList.name, definition.codeList.entries],
  ]);
  const identifierTypes = registryType.identifierTypes.map(({ code, aliases }) => [code, aliases]);
  const content = [extractionVersion, attributes, recordType.identifierPaths, identifierTypes];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

/** Keeps a name readable where it can be and distinct where it cannot; never holds two `_` in a row. */
function safeName(name: string): string {
  const readable = slug(name);
  if (readable === name.toLowerCase()) return readable;
  return `${readable}_x${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}

function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 40)
    .replace(/^_|_$/g, '');
}
