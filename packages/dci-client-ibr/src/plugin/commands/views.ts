import { formatTimestamp, type JsonObject } from 'dci-core';
import { type CliContext, printable } from 'dci-host';
import type { SourceEnrolled } from '../../check-enrollment.ts';
import type { LoggedCheck } from '../../check-log.ts';
import type { DuplicationMatch, SourceOutcome } from '../../duplication.ts';
import { type Enrollment, type ProgrammeReference, programmeLabel, statusLabel } from '../../enrollment.ts';
import { failureReason, type SourceFailure } from '../../source.ts';

/** @returns an enrolment as commands print it with `--json` */
export function enrollmentView({ programme, state, status, enrolledOn, statusChangedOn }: Enrollment): JsonObject {
  return {
    programme: programmeView(programme),
    state,
    status,
    enrolled_on: enrolledOn,
    status_changed_on: statusChangedOn.length === 0 ? undefined : statusChangedOn,
  };
}

/** @returns a programme as commands print it with `--json` */
export function programmeView({ identifier, name, institution }: ProgrammeReference): JsonObject {
  return { identifier, name, institution };
}

/** @returns a match as commands print it with `--json` */
export function matchView(match: DuplicationMatch): JsonObject {
  return {
    level: match.level,
    source: match.source,
    ...enrollmentView(match.enrollment),
    same_programme: match.sameProgramme,
    basis: match.basis,
    identifiers: match.identifiers.map(({ type, value }) => ({ type, value })),
    doubts: match.doubts,
    message_id: match.evidence.messageId,
  };
}

/** @returns what a source said, as commands print it with `--json` */
export function sourceView({ source, status, questions }: SourceOutcome): JsonObject {
  const failures = questions.flatMap(({ failure }) => (failure === undefined ? [] : [failureReason(failure)]));
  return { source, status, failures: [...new Set(failures)] };
}

/** @returns whether a source says that somebody is enrolled, as commands print it with `--json` */
export function enrolledView({ source, answer, by, failure, enrollments }: SourceEnrolled): JsonObject {
  return {
    source,
    answer,
    by,
    failure: failure === undefined ? undefined : failureReason(failure),
    enrollments: enrollments?.map(enrollmentView),
  };
}

/** @returns a check as commands print it with `--json` */
export function checkView(check: LoggedCheck): JsonObject {
  return {
    check_id: check.checkId,
    at: formatTimestamp(check.at),
    asked_by: check.askedBy,
    programme: check.programme,
    status: check.status,
    complete: check.complete,
    identifier_hashes: check.identifierHashes,
    sources: check.sources.map(({ source, status, failures }) => ({ source, status, failures })),
    matches: check.matches.map(({ level, source, programme, state, enrolledOn, doubts }) => ({
      level,
      source,
      programme: programmeView(programme),
      state,
      enrolled_on: enrolledOn,
      doubts,
    })),
    decisions: check.decisions.map(({ verdict, by, note, at }) => ({ verdict, by, note, at: formatTimestamp(at) })),
  };
}

/** Headings of {@link enrollmentCells}. */
export const enrollmentHeadings: readonly string[] = ['programme', 'identifier', 'status', 'enrolled on', 'source'];

/** @returns an enrolment as commands print it in a table */
export function enrollmentCells(enrollment: Enrollment, source: string): readonly string[] {
  const { programme, enrolledOn = '' } = enrollment;
  return [programmeLabel(programme), programme.identifier ?? '', statusLabel(enrollment), enrolledOn, source];
}

/** Says of each source that failed why. */
export function warnOfFailures(context: CliContext, sources: readonly SourceOutcome[]): void {
  for (const { source, questions } of sources) {
    warnOfFailure(
      context,
      source,
      questions.flatMap(({ failure }) => (failure === undefined ? [] : [failure])),
    );
  }
}

/** Says of a source why it failed; what the registry itself says is for whoever asked. */
export function warnOfFailure(context: CliContext, source: string, failures: readonly SourceFailure[]): void {
  for (const reason of new Set(failures.map(failureReason))) context.warn(`${source}: ${reason}`);
  const said = failures.flatMap((failure) =>
    (failure.kind === 'refused' || failure.kind === 'rejected') && failure.peerMessage !== undefined
      ? [failure.peerMessage.slice(0, 1000)]
      : [],
  );
  for (const text of new Set(said)) context.warn(printable(`${source} says: ${text}`));
}
