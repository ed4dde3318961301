import type { DemoEventKind } from './demo-event.ts';

/** A record that an event of the demo writes, and what subscribers hear of it. */
export interface ToldEvent {
  readonly kind: DemoEventKind;
  /** In words, for a line that says what happens. */
  readonly title: string;
  /** Name of the registry type. */
  readonly registry: string;
  readonly recordType: string;
  /** Codes of event types; the first is the most telling one. */
  readonly events: readonly string[];
}

const birth = { kind: 'birth', title: 'a child is born' } as const;
const member = { kind: 'member', title: 'a household has a new member' } as const;

/** What `demoEvent` writes, by kind. Of each registry the first is what a newcomer is shown. */
export const toldEvents: readonly ToldEvent[] = [
  { ...member, registry: 'social', recordType: 'Person', events: ['REGISTER'] },
  { ...member, registry: 'social', recordType: 'Group', events: ['NewHouseHoldMember', 'UPDATE'] },
  { ...member, registry: 'social', recordType: 'Member', events: ['REGISTER'] },
  {
    kind: 'update',
    title: 'somebody has another telephone number',
    registry: 'social',
    recordType: 'Person',
    events: ['UPDATE'],
  },
  { ...birth, registry: 'crvs', recordType: 'Person', events: ['LiveBirth', 'REGISTER'] },
  { kind: 'death', title: 'somebody dies', registry: 'crvs', recordType: 'Person', events: ['Death', 'UPDATE'] },
  {
    kind: 'enrolment',
    title: 'somebody is enrolled in a programme',
    registry: 'ibr',
    recordType: 'Beneficiary',
    events: ['enrollement'],
  },
  {
    kind: 'payment',
    title: 'a beneficiary is paid',
    registry: 'ibr',
    recordType: 'Beneficiary',
    events: ['BENEFIT_DISBURSEMENT', 'UPDATE'],
  },
  {
    kind: 'exit',
    title: 'an enrolment ends',
    registry: 'ibr',
    recordType: 'Beneficiary',
    events: ['enrollement_status_change', 'DISENROLLMENT', 'UPDATE'],
  },
  {
    kind: 'assessment',
    title: 'a disability is assessed anew',
    registry: 'dr',
    recordType: 'DisabledPerson',
    events: ['UPDATE'],
  },
  { kind: 'farm', title: 'a farmer has more land', registry: 'fr', recordType: 'Farmer', events: ['UPDATE'] },
];
