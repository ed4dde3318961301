import { defineCodeList } from './define.ts';

/** Kind of vital event. */
export const vitalEventType = defineCodeList({
  name: 'VitalEventTypeEnum',
  entries: [
    ['live_birth', 'Live Birth'],
    ['death', 'Death'],
    ['fetal_death', 'Fetal death'],
    ['marriage', 'Marriage'],
    ['divorce', 'Divorce'],
    ['adoption', 'Adoption'],
  ],
  aliases: {
    birth: 'live_birth',
  },
});
