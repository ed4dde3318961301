import { type Beneficiary, type JsonObject, writeJson } from 'dci-core';
import { readBeneficiary } from './beneficiary-record.ts';
import type { DoubtReason, DuplicationMatch, MatchBasis, QuestionOutcome, SourceOutcome } from './duplication.ts';
import { type Enrollment, enrollmentsOf, isProgramme } from './enrollment.ts';
import type { Answer, ReceivedRecord } from './lookup.ts';
import { type Party, sightOf } from './parties.ts';
import type { Registrant, RegistrantIdentifier } from './registrant.ts';
import { contradictions, resembles } from './same-person.ts';
import type { SourceFailure } from './source.ts';

/** A question: the identifier asked for, or name and birth date. */
export type CheckQuestion = RegistrantIdentifier | 'demographic';

/** A record that may be the registrant's, with everything that speaks for it. */
interface Candidate extends ReceivedRecord {
  readonly beneficiary: Beneficiary;
  readonly enrollments: readonly Enrollment[];
  basis: MatchBasis;
  party: Party | undefined;
  readonly identifiers: RegistrantIdentifier[];
}

/** How matches are judged. */
export interface JudgeOptions {
  readonly programme?: string | undefined;
  readonly exclude: readonly string[];
  /** Whether the registry's word that a record matches stands for an identifier that the record does not show. */
  readonly acceptUnshownIdentifiers: boolean;
}

/** What one source came to. */
export interface JudgedSource {
  readonly outcome: SourceOutcome;
  readonly matches: readonly DuplicationMatch[];
  readonly excluded: readonly DuplicationMatch[];
}

/**
 * Judges the answers of one source.
 *
 * @param source - its code
 * @param registrant - whoever is asked for
 * @param questions - what was asked
 * @param answers - one for each question
 * @param options - programmes, and what counts
 * @returns matches, and what the source said to each question
 */
export function judgeSource(
  source: string,
  registrant: Registrant,
  questions: readonly CheckQuestion[],
  answers: readonly Answer[],
  options: JudgeOptions,
): JudgedSource {
  const candidates = new Map<string, Candidate>();
  const found = questions.map((question, index): { readonly keys: Set<string>; readonly failure?: SourceFailure } => {
    const answer = answers[index] ?? { records: [], failure: { kind: 'protocol', fault: 'other_items' } };
    return collect(question, answer, registrant, candidates);
  });
  const all = [...candidates.entries()].flatMap(([key, candidate]) =>
    candidate.enrollments.map((enrollment) => ({
      key,
      isExcluded: options.exclude.some((programme) => isProgramme(enrollment.programme, programme)),
      match: matchOf(source, candidate, enrollment, registrant, options),
    })),
  );
  const counting = new Set(all.filter(({ isExcluded }) => !isExcluded).map(({ key }) => key));
  const outcomes = found.map(({ keys, failure }, index): QuestionOutcome => {
    const question = questions[index];
    const status = failure !== undefined ? 'failed' : [...keys].some((key) => counting.has(key)) ? 'match' : 'no_match';
    return {
      ...(typeof question === 'object' && { identifier: question }),
      status,
      ...(failure !== undefined && { failure }),
    };
  });
  return {
    outcome: { source, status: statusOf(outcomes), questions: outcomes },
    matches: all.flatMap(({ isExcluded, match }) => (isExcluded ? [] : [match])),
    excluded: all.flatMap(({ isExcluded, match }) => (isExcluded ? [match] : [])),
  };
}

function statusOf(outcomes: readonly QuestionOutcome[]): SourceOutcome['status'] {
  const failed = outcomes.filter(({ status }) => status === 'failed').length;
  if (failed === 0) return 'answered';
  return failed === outcomes.length ? 'failed' : 'partial';
}

/** Puts the records of an answer among the candidates; the same record under two identifiers is one. */
function collect(
  question: CheckQuestion,
  answer: Answer,
  registrant: Registrant,
  candidates: Map<string, Candidate>,
): { readonly keys: Set<string>; readonly failure?: SourceFailure } {
  const keys = new Set<string>();
  let failure = answer.failure;
  for (const received of answer.records) {
    const { record, beneficiary } = readBeneficiary(received.record);
    const key = writeJson(received.record);
    const support = supportOf(question, beneficiary, registrant);
    if (support === 'other') {
      failure ??= { kind: 'other_record' };
      continue;
    }
    if (support === undefined) continue;
    keys.add(key);
    const candidate = candidates.get(key) ?? newCandidate(received, record, beneficiary, support);
    candidates.set(key, candidate);
    if (strength[support.basis] > strength[candidate.basis]) {
      candidate.basis = support.basis;
      candidate.party = support.party;
    }
    if (typeof question === 'object') candidate.identifiers.push(question);
  }
  return { keys, ...(failure !== undefined && { failure }) };
}

const strength: Readonly<Record<MatchBasis, number>> = { demographic: 0, registry: 1, identifier: 2 };

interface Support {
  readonly basis: MatchBasis;
  readonly party: Party | undefined;
}

function newCandidate(
  { record: received, evidence }: ReceivedRecord,
  record: JsonObject,
  beneficiary: Beneficiary,
  { basis, party }: Support,
): Candidate {
  return {
    record: received,
    evidence,
    beneficiary,
    enrollments: enrollmentsOf(record),
    basis,
    party,
    identifiers: [],
  };
}

/** @returns `undefined` for a record that the registry's own comparison found and ours does not */
function supportOf(
  question: CheckQuestion,
  beneficiary: Beneficiary,
  registrant: Registrant,
): Support | 'other' | undefined {
  if (question === 'demographic') {
    return resembles(registrant, beneficiary) ? { basis: 'demographic', party: undefined } : undefined;
  }
  const sight = sightOf(beneficiary, question);
  switch (sight.shown) {
    case 'same':
      return { basis: 'identifier', party: sight.party };
    case 'other':
      return 'other';
    case 'none':
      return { basis: 'registry', party: sight.party };
  }
}

function matchOf(
  source: string,
  candidate: Candidate,
  enrollment: Enrollment,
  registrant: Registrant,
  { programme, acceptUnshownIdentifiers }: JudgeOptions,
): DuplicationMatch {
  const { record, evidence, beneficiary, basis, party, identifiers } = candidate;
  const doubts: DoubtReason[] = [...stateDoubts(enrollment), ...contradictions(registrant, party)];
  if (basis === 'demographic') doubts.push('demographic');
  if (basis === 'registry' && !acceptUnshownIdentifiers) doubts.push('identifier_not_shown');
  return {
    level: doubts.length === 0 ? 'confirmed' : 'possible',
    source,
    enrollment,
    ...(programme !== undefined && { sameProgramme: isProgramme(enrollment.programme, programme) }),
    basis,
    identifiers,
    doubts,
    beneficiary,
    record,
    evidence,
  };
}

function stateDoubts({ state }: Enrollment): readonly DoubtReason[] {
  switch (state) {
    case 'active':
      return [];
    case 'suspended':
      return ['enrollment_suspended'];
    case 'unknown':
      return ['enrollment_status_unknown'];
    default:
      return ['enrollment_ended'];
  }
}
