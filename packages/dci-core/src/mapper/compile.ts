import { DciError } from '../errors.ts';
import { compileRelations, type RelationTable } from './compile-relations.ts';
import { asBoolean, asText, type Conversion } from './conversion.ts';
import type {
  ColumnField,
  ColumnTranslation,
  Direction,
  ElementField,
  FieldMapping,
  ListField,
  MappingDefinition,
} from './definition.ts';
import { throughLookup } from './lookup.ts';
import { pathConflict } from './path-conflict.ts';
import type { Chain, FieldPlan, ListPlan, MappingPlan, PathFieldPlan, TranslationPlan } from './plan.ts';
import { formatRecordPath, parseRecordPath, type RecordPath } from './record-path.ts';

/**
 * Parses the paths of a mapping and resolves its names.
 *
 * @param definition - the mapping as data
 * @returns what `toRecord`, `toRows` and `columnsFor` work with
 * @throws DciError `err.configuration.invalid` that names the fault
 */
export function compileMapping(definition: MappingDefinition): MappingPlan {
  const relations = compileRelations(definition);
  const compiler: Compiler = { definition, relations };
  const fields = compileLevel(compiler, definition.fields, undefined, '');
  return { ...relations.finish(), fields };
}

interface Compiler {
  readonly definition: MappingDefinition;
  readonly relations: RelationTable;
}

/** Fields of one object: of the record itself, or of the elements of one list. */
function compileLevel(
  compiler: Compiler,
  fields: readonly FieldMapping[],
  enclosing: string | undefined,
  prefix: string,
): readonly FieldPlan[] {
  if (fields.length === 0) invalid('A level of a mapping has no fields.', prefix);
  const plans: FieldPlan[] = [];
  const elements = fields.filter((field) => field.kind === 'element');
  for (const field of fields) {
    if (field.kind !== 'element') plans.push(compileField(compiler, field, enclosing, prefix));
  }
  for (const field of elements) plans.push(compileElement(compiler, field, plans, prefix));
  checkConflicts(plans, prefix);
  return plans;
}

function compileField(
  compiler: Compiler,
  field: Exclude<FieldMapping, ElementField>,
  enclosing: string | undefined,
  prefix: string,
): FieldPlan {
  const { relations } = compiler;
  if (field.kind === 'computed-column') {
    const chain = relations.chain(enclosing, field.relation ?? enclosing, 'one', field.column);
    relations.claim(field.relation ?? enclosing, field.column, null);
    return { kind: 'computed-column', chain, column: field.column, compute: field.compute };
  }
  const place = { path: parse(field.path, prefix), ...directions('direction' in field ? field.direction : undefined) };
  const where = prefix + field.path;
  switch (field.kind) {
    case 'column':
      return {
        kind: 'column',
        ...place,
        chain: columnChain(compiler, field, enclosing, where),
        ...translation(compiler, field, field.column, where),
      };
    case 'values': {
      const chain = relations.chain(enclosing, field.relation, 'many', where);
      if (place.writes) {
        relations.claimRows(field.relation, where);
        relations.claim(field.relation, field.column, null);
      }
      return {
        kind: 'values',
        ...place,
        relation: field.relation,
        chain,
        ...translation(compiler, field, field.column, where),
      };
    }
    case 'list':
      return compileList(compiler, field, place, enclosing, where);
    case 'constant':
      return { kind: 'constant', path: place.path, reads: true, writes: false, value: field.value };
    case 'count':
      return {
        kind: 'count',
        path: place.path,
        reads: true,
        writes: false,
        chain: relations.chain(enclosing, field.relation, 'many', where),
      };
    case 'computed':
      return { kind: 'computed', path: place.path, reads: true, writes: false, compute: field.compute };
  }
}

function columnChain(compiler: Compiler, field: ColumnField, enclosing: string | undefined, where: string): Chain {
  const { relations } = compiler;
  const relation = field.relation ?? enclosing;
  if (field.direction !== 'to-record') relations.claim(relation, field.column, null);
  return relations.chain(enclosing, relation, field.direction === 'to-record' ? 'any' : 'one', where);
}

function compileList(
  compiler: Compiler,
  field: ListField,
  place: { readonly path: RecordPath; readonly reads: boolean; readonly writes: boolean },
  enclosing: string | undefined,
  where: string,
): ListPlan {
  const chain = compiler.relations.chain(enclosing, field.relation, 'many', where);
  if (place.writes) compiler.relations.claimRows(field.relation, where);
  const fields = place.writes ? field.fields : field.fields.map(readOnly);
  return {
    kind: 'list',
    ...place,
    alsoAt: (field.alsoAt ?? []).map((path) => parse(path, where)),
    relation: field.relation,
    chain,
    fields: compileLevel(compiler, fields, field.relation, `${where}.`),
  };
}

/** A list that is not stored must not claim its columns: another list may store them. */
function readOnly(field: FieldMapping): FieldMapping {
  if (field.kind === 'list') return { ...field, direction: 'to-record', fields: field.fields.map(readOnly) };
  return field.kind === 'column' || field.kind === 'values' ? { ...field, direction: 'to-record' } : field;
}

function compileElement(
  compiler: Compiler,
  field: ElementField,
  plans: readonly FieldPlan[],
  prefix: string,
): FieldPlan {
  const where = prefix + field.path;
  const path = parse(field.path, prefix);
  const list = plans.find(
    (plan): plan is ListPlan => plan.kind === 'list' && formatRecordPath(plan.path) === field.list,
  );
  if (list === undefined) invalid('An element names no list field beside it.', where);
  const conversion = field.conversion ?? asBoolean();
  if (list.writes) compiler.relations.claim(list.relation, field.column, conversion.write(false)[0] ?? null);
  return {
    kind: 'element',
    path,
    reads: list.reads,
    writes: list.writes,
    list,
    column: field.column,
    conversion,
    falseIsAbsent: false,
    ...(field.matchBy === undefined ? {} : { matchBy: parse(field.matchBy, where) }),
  };
}

function translation(compiler: Compiler, field: ColumnTranslation, column: string, where: string): TranslationPlan {
  const { definition } = compiler;
  let conversion: Conversion = field.conversion ?? asText();
  if (field.lookup !== undefined) {
    const lookup = definition.lookups?.[field.lookup];
    if (lookup === undefined) invalid('A field names a lookup that the mapping does not have.', where);
    const keys = new Set(lookup.entries.map(([key]) => String(key)));
    if (keys.size !== lookup.entries.length) invalid('A lookup has one key twice.', where);
    conversion = throughLookup(lookup, conversion);
  }
  return { column, conversion, falseIsAbsent: definition.falseIsAbsent === true && conversion.type !== 'boolean' };
}

function directions(direction: Direction = 'both'): { readonly reads: boolean; readonly writes: boolean } {
  return { reads: direction !== 'to-rows', writes: direction !== 'to-record' };
}

function checkConflicts(plans: readonly FieldPlan[], prefix: string): void {
  const placed = plans.filter((plan): plan is PathFieldPlan => plan.kind !== 'computed-column');
  const places = placed.flatMap((plan) => pathsOf(plan).map((path) => ({ plan, path })));
  places.forEach((left, position) => {
    for (const right of places.slice(position + 1)) {
      const together = (left.plan.reads && right.plan.reads) || (left.plan.writes && right.plan.writes);
      const reason = together ? pathConflict(left.path, right.path) : undefined;
      if (reason !== undefined) invalid(`A field ${reason}.`, prefix + formatRecordPath(right.path));
    }
  });
}

function pathsOf(plan: PathFieldPlan): readonly RecordPath[] {
  return plan.kind === 'list' ? [plan.path, ...plan.alsoAt] : [plan.path];
}

function parse(text: string, prefix: string): RecordPath {
  const path = parseRecordPath(text) ?? invalid('A path of a mapping is malformed.', prefix + text);
  path.forEach(({ match }, depth) => {
    const next = path[depth + 1];
    const isTaken = next === undefined || (next.name === match?.member && depth + 2 === path.length);
    if (match !== undefined && isTaken)
      invalid('A path must name another member behind [member=value].', prefix + text);
  });
  return path;
}

function invalid(message: string, path: string): never {
  throw new DciError('err.configuration.invalid', message, { path });
}
