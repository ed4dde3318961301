import type { BirthEvent, DeathEvent, MaritalEvent, OtherVitalEvent, VitalEvent } from '../events/vital-event.ts';

/**
 * What applying an event came to.
 *
 * - `applied`: local data changed.
 * - `unchanged`: local data says so already.
 * - `unknown_person`: nobody here has these identifiers. The event counts as done, and can be tried again when the person has
 *   been registered.
 * - `conflict`: local data says otherwise, or several local people have these identifiers: somebody must decide.
 */
export type SinkOutcome = 'applied' | 'unchanged' | 'unknown_person' | 'conflict';

/** An outcome with what it is about. */
export interface SinkResult {
  readonly outcome: SinkOutcome;
  /** Names of local fields that changed or conflict; never their values. */
  readonly fields?: readonly string[];
}

/** What a sink is told about the call. */
export interface SinkContext {
  /** The log's id of the event, the same on every attempt. */
  readonly eventId: string;
  /** From 1. */
  readonly attempt: number;
  /** Aborted when its time is over or the host stops. */
  readonly signal: AbortSignal;
}

/** Why a person is deactivated. */
export interface Deactivation {
  readonly reason: 'deceased';
  /** Day of death, `YYYY-MM-DD`. */
  readonly date: string;
}

/**
 * Applies vital events to local data. Port. Every method must be idempotent: it is called at least once for each event, and
 * again after a crash in the middle. One that rejects is called again later. Events of one person may be applied at the same
 * time.
 */
export interface EventSink {
  /**
   * Notes birth date and birth registration number.
   *
   * @param event - the birth
   * @param context - id, attempt, signal
   * @returns what it came to
   */
  applyBirth(event: BirthEvent, context: SinkContext): Promise<SinkOutcome | SinkResult>;
  /**
   * Notes the date of death and deactivates the person.
   *
   * @param event - the death, with the reason of the deactivation
   * @param context - id, attempt, signal
   * @returns what it came to
   */
  applyDeath(
    event: DeathEvent & { readonly deactivation: Deactivation },
    context: SinkContext,
  ): Promise<SinkOutcome | SinkResult>;
  /**
   * Notes the marital status that the record as a whole states, which for an event that arrives late is not that of the event.
   *
   * @param event - the marriage or divorce
   * @param context - id, attempt, signal
   * @returns what it came to
   */
  applyMaritalStatus(event: MaritalEvent, context: SinkContext): Promise<SinkOutcome | SinkResult>;
  /**
   * Takes fetal deaths and adoptions. Absent: they are noted in the log as `ignored`.
   *
   * @param event - the event
   * @param context - id, attempt, signal
   * @returns what it came to
   */
  applyOther?(event: OtherVitalEvent, context: SinkContext): Promise<SinkOutcome | SinkResult>;
  /**
   * Tells what applying an event would change, without changing anything.
   *
   * @param event - the event
   * @returns what would come of it, with values: it holds personal data
   */
  preview?(event: VitalEvent): Promise<EventPreview>;
}

/** What applying an event would come to. */
export interface EventPreview {
  readonly outcome: SinkOutcome;
  readonly changes: readonly FieldDifference[];
  readonly conflicts: readonly FieldDifference[];
}

/** One local field that differs from what the registry says. */
export interface FieldDifference {
  readonly field: string;
  readonly local: unknown;
  readonly registry: unknown;
}
