import { type BirthEvent, type EventSink, mappedEventSink, type VitalEvent } from 'dci-client-crvs';
import { type Clock, DciError, formatTimestamp, type JsonObject } from 'dci-core';
import type { RecordStore } from 'dci-server';
import { eligibilityPurpose } from '../consents.ts';
import { identifierIn, listOf } from '../event-scene.ts';
import type { WrittenRecord } from '../happening.ts';
import { joinHousehold } from '../household-records.ts';
import { factsOf, findRecords, withFacts } from './registered-person.ts';

/** What {@link socialSink} works with. */
export interface SocialSinkOptions {
  /** @returns the store of the Social registry */
  readonly store: () => Promise<RecordStore>;
  readonly clock: Clock;
}

/**
 * Applies vital events of a civil registry to the demo's Social registry: a child is registered and joins the household of
 * a parent; who has died is noted as dead and leaves the household. Whoever subscribed to the Social registry is told.
 *
 * @param options - registry and time
 * @returns the sink, for the plug-in `crvs`
 */
export function socialSink({ store, clock }: SocialSinkOptions): EventSink {
  const inTurn = createTurns();
  const now = (): string => formatTimestamp(clock.now());
  const known = mappedEventSink({
    columns: {
      birthDate: 'birth_date',
      brn: 'brn',
      deathDate: 'death_date',
      drn: 'drn',
      maritalStatus: 'marital_status',
    },
    find: async (identifiers) => (await findRecords(await store(), 'Person', 'identifier', identifiers)).map(factsOf),
    save: async ({ uin }, facts) => {
      const social = await store();
      const wanted = [{ type: 'UIN', value: uin }];
      const [person] = await findRecords(social, 'Person', 'identifier', wanted);
      if (person === undefined) throw new DciError('err.state.conflict', 'the person has just been removed');
      const members = await findRecords(social, 'Member', 'member_identifier', wanted);
      const households = await findRecords(social, 'Group', 'member_list.member_identifier', wanted);
      await write(social, withFacts({ person, members, households }, facts, now()));
    },
  });
  const householdOf = async (child: BirthEvent): Promise<JsonObject | undefined> => {
    const parents = child.person.parents.filter(({ type }) => type === 'UIN');
    const [household] = await findRecords(await store(), 'Group', 'member_list.member_identifier', parents);
    return household;
  };
  return {
    applyBirth: (event, context) =>
      inTurn(async () => {
        const result = await known.applyBirth(event, context);
        if (outcomeOf(result) !== 'unknown_person') return result;
        const household = await householdOf(event);
        if (household === undefined) return 'unknown_person';
        await write(await store(), joinHousehold({ household, person: identityOf(event), now: now() }));
        return { outcome: 'applied', fields: ['member_list'] };
      }),
    applyDeath: (event, context) => inTurn(() => known.applyDeath(event, context)),
    applyMaritalStatus: (event, context) => inTurn(() => known.applyMaritalStatus(event, context)),
    preview: async (event: VitalEvent) => {
      const foreseen = await known.preview(event);
      if (foreseen.outcome !== 'unknown_person' || event.type !== 'LiveBirth') return foreseen;
      const household = await householdOf(event);
      if (household === undefined) return foreseen;
      const size = listOf(household, 'member_list').length;
      return { outcome: 'applied', changes: [{ field: 'group_size', local: size, registry: size + 1 }], conflicts: [] };
    },
  };
}

const outcomeOf = (result: Awaited<ReturnType<EventSink['applyBirth']>>): string =>
  typeof result === 'string' ? result : result.outcome;

/** What both registries say of a newborn in the same words. */
function identityOf({ record }: BirthEvent): JsonObject {
  const { identifier = [], name = {}, sex = 'unknown', birth_date: birthDate = null } = record;
  return { identifier, name, sex, birth_date: birthDate };
}

async function write(store: RecordStore, written: readonly WrittenRecord[]): Promise<void> {
  await store.transaction((transaction) => {
    for (const { recordType, record, previous, identifierType } of written) {
      transaction.put(recordType, record, { identifiedBy: [identifierType] });
      const path = recordType === 'Member' ? 'member_identifier' : 'identifier';
      const value = identifierIn(record, 'social', path, identifierType);
      if (previous !== undefined || value === undefined) continue;
      // A newcomer may be asked about, as everybody else here.
      const consent = { recipient: '*', purpose: eligibilityPurpose };
      transaction.grantConsent(recordType, { identifierType, value }, consent);
    }
  });
}

/** Two events may be of the same household: what one reads, the other must have written. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
