import { DciError, type Row, type RowValue } from 'dci-core';
import type { VitalEvent } from '../events/vital-event.ts';
import type { CivilIdentifier } from '../identifiers.ts';
import type { EventPreview, EventSink, FieldDifference, SinkOutcome, SinkResult } from './event-sink.ts';
import {
  changingFields,
  columnOf,
  factsOf,
  fillOnlyFields,
  type MappedColumns,
  type MappedField,
  readColumn,
  sameFact,
} from './mapped-fields.ts';

/** What {@link mappedEventSink} works with. */
export interface MappedEventSinkOptions<R extends Row> {
  /** Which column has which fact. */
  readonly columns: MappedColumns;
  /**
   * Finds the people with any of these identifiers.
   *
   * @param identifiers - all that the registry gives, registration numbers among them
   * @returns one row each; none for nobody
   */
  find(identifiers: readonly CivilIdentifier[]): Promise<readonly R[]>;
  /**
   * Writes columns of one row.
   *
   * @param row - as `find` returned it
   * @param changes - column → new value
   * @returns `false` when the row is not as it was found any more: it is found and compared again
   */
  save(row: R, changes: Readonly<Record<string, RowValue>>): Promise<unknown>;
  /** Facts of the registry that take the place of others. Absent: where a row says otherwise, it is a conflict. */
  readonly overwrite?: readonly MappedField[];
}

/** A sink on local rows that can tell beforehand what it would change. */
export interface MappedEventSink extends EventSink {
  preview(event: VitalEvent): Promise<EventPreview>;
}

const attempts = 3;

/**
 * Makes a sink on the rows of one table. A column without a value is filled; one with another value is a conflict, and then
 * nothing of the event is written; places are filled only; what changes in the course of a life (marital status, active) is overwritten, unless the
 * row knows of a later day.
 *
 * @param options - columns, and how rows are found and written
 * @returns the sink
 */
export function mappedEventSink<R extends Row>(options: MappedEventSinkOptions<R>): MappedEventSink {
  const compare = async (event: VitalEvent): Promise<{ readonly row?: R; readonly comparison: Comparison }> => {
    const [row, ...others] = await options.find(event.identifiers);
    if (row === undefined) return { comparison: { ...nothing, outcome: 'unknown_person' } };
    if (others.length > 0) return { comparison: { ...nothing, outcome: 'conflict' } };
    return { row, comparison: compareRow(event, row, options) };
  };
  const apply = async (event: VitalEvent): Promise<SinkResult> => {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const { row, comparison } = await compare(event);
      const { outcome, changes, conflicts, values } = comparison;
      if (outcome === 'applied' && row !== undefined && (await options.save(row, values)) === false) continue;
      return { outcome, fields: (outcome === 'conflict' ? conflicts : changes).map(({ field }) => field) };
    }
    throw new DciError('err.state.conflict', 'the row was changed by others again and again');
  };
  return {
    applyBirth: apply,
    applyDeath: apply,
    applyMaritalStatus: apply,
    preview: async (event) => {
      const { outcome, changes, conflicts } = (await compare(event)).comparison;
      return { outcome, changes, conflicts };
    },
  };
}

interface Comparison extends EventPreview {
  readonly values: Readonly<Record<string, RowValue>>;
}

const nothing = { changes: [], conflicts: [], values: {} } as const;

function compareRow(
  event: VitalEvent,
  row: Row,
  { columns, overwrite = [] }: Pick<MappedEventSinkOptions<Row>, 'columns' | 'overwrite'>,
): Comparison {
  if (isOlderNews(event, row, columns)) return { ...nothing, outcome: 'unchanged' };
  const changes: FieldDifference[] = [];
  const conflicts: FieldDifference[] = [];
  const values: Record<string, RowValue> = {};
  for (const [field, registry] of factsOf(event)) {
    const column = columnOf(columns, field);
    if (column === undefined) continue;
    const stored = row[column.column] ?? null;
    const isEmpty = stored === null || stored === '';
    if (sameFact(field, readColumn(column, stored), registry)) continue;
    if (!isEmpty && fillOnlyFields.includes(field) && !overwrite.includes(field)) continue;
    const difference: FieldDifference = { field: column.column, local: stored, registry };
    const [value] = column.conversion.write(registry);
    if (value !== undefined && (isEmpty || changingFields.includes(field) || overwrite.includes(field))) {
      changes.push(difference);
      values[column.column] = value;
    } else {
      conflicts.push(difference);
    }
  }
  const outcome: SinkOutcome = conflicts.length > 0 ? 'conflict' : changes.length > 0 ? 'applied' : 'unchanged';
  return outcome === 'conflict' ? { ...nothing, conflicts, outcome } : { changes, conflicts, values, outcome };
}

/** Whether the row knows of a marriage or divorce after the one that decides the event's status. */
function isOlderNews(event: VitalEvent, row: Row, columns: MappedColumns): boolean {
  if (event.type !== 'Marriage' && event.type !== 'Divorce') return false;
  const column = columnOf(columns, 'maritalStatusSince');
  if (column === undefined) return false;
  const known = readColumn(column, row[column.column]);
  return typeof known === 'string' && known > (event.maritalStatusSince ?? event.date);
}
