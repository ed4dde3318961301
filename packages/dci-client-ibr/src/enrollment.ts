import {
  type Benefit,
  beneficiarySchema,
  endedEnrollment,
  enrollmentStatus,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type Programme,
  programmeSchema,
} from 'dci-core';
import { wellTyped } from './beneficiary-record.ts';
import { fold } from './registrant.ts';

/**
 * How an enrolment stands: the standard's `EnrollmentStatusEnum`; `ended` for a word of a peer that the list does not
 * have, such as "exited"; `unknown` when the registry does not say, or says it in a word that nobody knows.
 */
export type EnrollmentState = 'active' | 'suspended' | 'graduated' | 'deceased' | 'ended' | 'unknown';

/** A programme, as far as the registry names it. */
export interface ProgrammeReference {
  readonly identifier?: string;
  readonly name?: string;
  readonly institution?: string;
}

/** One enrolment in one programme (records.md section 5). */
export interface Enrollment {
  readonly programme: ProgrammeReference;
  readonly state: EnrollmentState;
  /** Code of the standard's list, else the registry's own word; absent when it says nothing. */
  readonly status?: string;
  /** Day of the enrolment. */
  readonly enrolledOn?: string;
  /** Days on which the status changed. */
  readonly statusChangedOn: readonly string[];
  /** What was received. Empty for a record of several programmes that does not say which benefit is of which. */
  readonly benefits: readonly Benefit[];
  /** What the programme provides. */
  readonly programmeBenefits: readonly Benefit[];
}

/** Code of the standard's list for each state that it has. */
export const statusCodes = {
  active: '1',
  deceased: '2',
  graduated: '3',
  suspended: '4',
} as const;

const states: ReadonlyMap<string, EnrollmentState> = new Map([
  [statusCodes.active, 'active'],
  [statusCodes.deceased, 'deceased'],
  [statusCodes.graduated, 'graduated'],
  [statusCodes.suspended, 'suspended'],
]);

/**
 * Lists the enrolments of a record: one for each programme. A record of a beneficiary that names no programme is one of
 * an enrolment all the same.
 *
 * @param record - in the form of a beneficiary, under the standard's names
 * @returns at least one enrolment
 */
export function enrollmentsOf(record: JsonObject): readonly Enrollment[] {
  const listed: JsonValue = record.programme_identifier ?? [];
  const programmes = (Array.isArray(listed) ? listed : [listed]).map((element: JsonValue) =>
    isJsonObject(element) ? element : {},
  );
  if (programmes.length === 0) return [enrollmentIn({}, record, [])];
  return programmes.map((programme) => enrollmentIn(programme, record, programmes));
}

function enrollmentIn(element: JsonObject, record: JsonObject, all: readonly JsonObject[]): Enrollment {
  const programme: Programme = wellTyped(programmeSchema, element) ?? {};
  const whole = wellTyped(beneficiarySchema, record) ?? {};
  const status = textOf(element.enrolment_status) ?? shared(record.enrollment_status, all, 'enrolment_status');
  const day = programme.enrolment_date ?? shared(whole.enrollment_date, all, 'enrolment_date');
  const isOnly = all.length <= 1;
  return {
    programme: referenceOf(programme),
    state: stateOf(status),
    ...(status !== undefined && { status }),
    ...(day !== undefined && { enrolledOn: day }),
    statusChangedOn: isOnly ? (whole.status_change_date ?? []) : [],
    benefits: isOnly ? (whole.benefits ?? []) : [],
    programmeBenefits: programme.benefit ?? [],
  };
}

/**
 * What a record says beside its programmes is of those that do not say it themselves, unless it only repeats what one of
 * them says: the reader of records does that for peers that have no such place.
 */
function shared(
  value: JsonValue | undefined,
  programmes: readonly JsonObject[],
  member: 'enrolment_status' | 'enrolment_date',
): string | undefined {
  const text = textOf(value);
  return programmes.some((programme) => textOf(programme[member]) === text) ? undefined : text;
}

function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function stateOf(status: string | undefined): EnrollmentState {
  if (status === undefined) return 'unknown';
  return states.get(status) ?? (endedEnrollment.includes(status.toLowerCase()) ? 'ended' : 'unknown');
}

function referenceOf({
  programme_identifier,
  programme_name,
  implementing_institution,
}: Programme): ProgrammeReference {
  return {
    ...(programme_identifier !== undefined && { identifier: programme_identifier }),
    ...(programme_name !== undefined && { name: programme_name }),
    ...(implementing_institution !== undefined && { institution: implementing_institution }),
  };
}

/**
 * Tells whether somebody is enrolled, as the registry's own `sync/enrolled` does: a suspended enrolment goes on, and a
 * record that has no status is of an enrolment that has not ended.
 *
 * @param enrollment - an enrolment
 * @returns `undefined` when the registry says it in a word that nobody knows
 */
export function isEnrolled({ state, status }: Enrollment): boolean | undefined {
  if (state === 'unknown') return status === undefined ? true : undefined;
  return state === 'active' || state === 'suspended';
}

/**
 * @param programme - a programme of a record
 * @param wanted - identifier or name of a programme
 * @returns whether they are the same, whatever the case and signs
 */
export function isProgramme({ identifier, name }: ProgrammeReference, wanted: string): boolean {
  const folded = fold(wanted);
  return [identifier, name].some((text) => text !== undefined && fold(text) === folded);
}

/**
 * @param programme - a programme
 * @returns its name for people, or its identifier
 */
export function programmeLabel({ identifier, name }: ProgrammeReference): string {
  return name ?? identifier ?? 'programme without name';
}

/**
 * @param enrollment - an enrolment
 * @returns its status for people: the standard's label, or the registry's own word
 */
export function statusLabel({ status }: Enrollment): string {
  return status === undefined ? 'not stated' : (enrollmentStatus.toLabel(status) ?? status);
}
