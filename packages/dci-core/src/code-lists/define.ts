import { DciError } from '../errors.ts';
import type { CodeList } from '../registry-type/registry-type.ts';

/** What a code list is made of. */
export interface CodeListDefinition {
  /** Name of the list in the standard. */
  readonly name: string;
  /** Code → label as `[code, label]`, in the standard's order: an object would put the code `10` before `0321`. */
  readonly entries: readonly (readonly [code: string, label: string])[];
  /** Other spellings → code: labels with misprints, codes that the standard declares twice, what peers send. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/**
 * Makes a code list that reads codes, labels and aliases in any case and writes codes
 * (records.md section 1, "enum labels").
 *
 * Spaces, hyphens and other signs do not count: `SELF_CARE`, `SelfCare` and `Self care` are one. A code as it is
 * comes first, then labels, then aliases, then codes in another case: `SON` is the code of "natural son", `Son` the
 * label of another code. A class prefix as in `category:male` is ignored.
 *
 * @param definition - name, codes with labels, aliases
 * @returns the code list
 * @throws DciError `err.configuration.invalid` when a code or spelling occurs twice, or an alias names no code
 */
export function defineCodeList(definition: CodeListDefinition): CodeList {
  const { name } = definition;
  const entries = new Map(definition.entries);
  if (entries.size !== definition.entries.length) throw fault(name, 'a code occurs twice');
  const labels = new Map<string, string>();
  const aliases = new Map<string, string>();
  const codes = new Map<string, string>();
  for (const [code, label] of entries) {
    put(labels, foldSpelling(label), code, name);
    put(codes, foldSpelling(code), code, name);
  }
  for (const [alias, code] of Object.entries(definition.aliases ?? {})) {
    if (!entries.has(code)) throw fault(name, 'an alias names no code of the list');
    put(aliases, foldSpelling(alias), code, name);
  }
  const find = (text: string): string | undefined => {
    if (entries.has(text)) return text;
    const folded = foldSpelling(text);
    // signs are part of a number: "-3" is not the code 3
    if (/^\d+$/.test(folded) && text.normalize('NFKC').trim() !== folded) return undefined;
    return labels.get(folded) ?? aliases.get(folded) ?? codes.get(folded);
  };
  return Object.freeze({
    name,
    entries: Object.freeze(Object.fromEntries(entries)),
    toCode: (text: string) =>
      find(text) ?? (text.includes(':') ? find(text.slice(text.lastIndexOf(':') + 1)) : undefined),
    toLabel: (code: string) => entries.get(code),
  });
}

/**
 * Folds a spelling for comparison: case, accents of compatibility forms, and all signs but letters and digits.
 *
 * @param text - a code, label or name
 * @returns the folded text
 */
export function foldSpelling(text: string): string {
  // most spellings are plain ASCII names, and this is asked for every member of every record
  if (/^[a-z0-9]*$/.test(text)) return text;
  if (/^[\w -]*$/.test(text)) return text.replace(/[_ -]/g, '').toLowerCase();
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

function put(spellings: Map<string, string>, spelling: string, code: string, name: string): void {
  const known = spellings.get(spelling);
  if (known !== undefined && known !== code) throw fault(name, `"${spelling}" stands for two codes`);
  spellings.set(spelling, code);
}

function fault(name: string, reason: string): DciError {
  return new DciError('err.configuration.invalid', `code list ${name}: ${reason}`, { path: name });
}
