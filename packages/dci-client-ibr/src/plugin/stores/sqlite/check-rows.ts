import { Buffer } from 'node:buffer';
import { sealedJson } from 'dci-client/service';
import { DciError } from 'dci-core';
import type { Sealer } from 'dci-host';
import * as v from 'valibot';
import {
  type CheckDecision,
  checkVerdicts,
  type LoggedCheck,
  type LoggedMatch,
  type NewDuplicationCheck,
} from '../../../check-log.ts';
import { type DoubtReason, duplicationStatuses } from '../../../duplication.ts';
import type { EnrollmentState } from '../../../enrollment.ts';

/** A check as it is stored. */
export interface CheckRow {
  readonly number: number;
  readonly check_id: string;
  readonly at: number;
  readonly status: string;
  readonly is_complete: number;
  readonly sources: string;
  readonly content: Uint8Array;
}

/** A decision as it is stored. */
export interface DecisionRow {
  readonly position: number;
  readonly at: number;
  readonly verdict: string;
  readonly content: Uint8Array;
}

const [checkPurpose, decisionPurpose] = ['dci-client-ibr/check', 'dci-client-ibr/check-decision'];

const text = v.string();

const sourcesSchema = v.array(
  v.object({ source: text, status: v.picklist(['answered', 'partial', 'failed']), failures: v.array(text) }),
);

/** Sealed by us, so only its form is checked; what a later version adds to the lists of words stays readable. */
const matchSchema = v.object({
  level: v.picklist(['confirmed', 'possible']),
  source: text,
  programme: v.object({
    identifier: v.exactOptional(text),
    name: v.exactOptional(text),
    institution: v.exactOptional(text),
  }),
  state: v.custom<EnrollmentState>((value) => typeof value === 'string'),
  enrolledOn: v.exactOptional(text),
  doubts: v.array(v.custom<DoubtReason>((value) => typeof value === 'string')),
}) satisfies v.GenericSchema<unknown, LoggedMatch>;

const checkContentSchema = v.object({
  checkId: text,
  askedBy: v.exactOptional(text),
  programme: v.exactOptional(text),
  matches: v.array(matchSchema),
});

const decisionContentSchema = v.object({
  checkId: text,
  position: v.number(),
  by: text,
  note: v.exactOptional(text),
});

/**
 * @param check - the check
 * @param checkId - its id, so that content cannot be moved to another row
 * @param sealer - the host's
 * @returns what is sealed of it: who asked, in which programme, and what was found
 */
export function sealCheck(
  { askedBy, programme, matches }: NewDuplicationCheck,
  checkId: string,
  sealer: Sealer,
): Uint8Array {
  return sealedJson(sealer, checkPurpose).seal({ checkId, askedBy, programme, matches });
}

/**
 * @param decision - the decision
 * @param checkId - of the check
 * @param position - from 0
 * @param sealer - the host's
 * @returns what is sealed of it: who decided, and why
 */
export function sealDecision(
  { by, note }: CheckDecision,
  checkId: string,
  position: number,
  sealer: Sealer,
): Uint8Array {
  return sealedJson(sealer, decisionPurpose).seal({ checkId, position, by, note });
}

/**
 * @param row - the check
 * @param hashes - of its identifiers, in order
 * @param decisions - in order
 * @param sealer - the host's
 * @returns the check
 * @throws DciError `err.state.conflict` for a row that this host did not write
 */
export function openCheck(
  row: CheckRow,
  hashes: readonly Uint8Array[],
  decisions: readonly DecisionRow[],
  sealer: Sealer,
): LoggedCheck {
  const { checkId, ...content } = read(checkContentSchema, sealedJson(sealer, checkPurpose).open(row.content));
  if (checkId !== row.check_id) throw damaged();
  return {
    checkId,
    at: row.at,
    status: read(v.picklist(duplicationStatuses), row.status),
    complete: row.is_complete === 1,
    sources: read(sourcesSchema, JSON.parse(row.sources)),
    ...content,
    identifierHashes: hashes.map((hash) => Buffer.from(hash).toString('hex')),
    decisions: decisions.map((decision) => openDecision(decision, checkId, sealer)),
  };
}

function openDecision({ position, at, verdict, content }: DecisionRow, checkId: string, sealer: Sealer): CheckDecision {
  const { by, note, ...names } = read(decisionContentSchema, sealedJson(sealer, decisionPurpose).open(content));
  if (names.checkId !== checkId || names.position !== position) throw damaged();
  return { verdict: read(v.picklist(checkVerdicts), verdict), by, ...(note !== undefined && { note }), at };
}

function read<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T {
  const result = v.safeParse(schema, value);
  if (!result.success) throw damaged();
  return result.output;
}

function damaged(): DciError {
  return new DciError('err.state.conflict', 'a check in the log is not as this host wrote it');
}
