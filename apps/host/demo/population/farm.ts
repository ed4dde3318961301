import { type Day, timestampOf } from './calendar.ts';
import type { Draws } from './draws.ts';
import { farmerId } from './identifiers.ts';
import type { Crop, Farm, Herd, Home, Machine, Plot } from './population.ts';

type CropChoice = Pick<Crop, 'kind' | 'perennial' | 'variety'>;

const annual = (kind: Crop['kind'], variety: string): CropChoice => ({ kind, perennial: false, variety });
const perennial = (kind: Crop['kind'], variety: string): CropChoice => ({ kind, perennial: true, variety });

/** What grows where, by region. */
const cropsByRegion: Readonly<Record<string, readonly CropChoice[]>> = {
  REGION_01: [annual('vegetable', 'tomato'), annual('vegetable', 'onion'), perennial('fruit', 'citrus')],
  REGION_02: [
    annual('cereal', 'maíz'),
    annual('legume', 'frijol'),
    perennial('spice', 'café'),
    annual('root', 'yuca'),
    perennial('fruit', 'aguacate'),
  ],
  REGION_03: [
    perennial('fruit', 'تمر'),
    annual('cereal', 'شعير'),
    perennial('oilseed', 'زيتون'),
    annual('vegetable', 'بامية'),
  ],
  REGION_04: [
    annual('cereal', 'धान'),
    annual('cereal', 'गेहूँ'),
    perennial('spice', 'चाय'),
    perennial('fruit', 'सेब'),
    annual('legume', 'मसूर'),
  ],
  REGION_05: [
    annual('cereal', 'пшеница'),
    annual('root', 'картофель'),
    annual('oilseed', 'подсолнечник'),
    annual('cereal', 'рожь'),
  ],
  REGION_06: [annual('cereal', 'ጤፍ'), perennial('spice', 'ቡና'), annual('legume', 'ሽምብራ'), annual('cereal', 'ገብስ')],
  REGION_07: [
    annual('cereal', 'ข้าวหอมมะลิ'),
    perennial('fruit', 'มะม่วง'),
    annual('sugar', 'อ้อย'),
    annual('cereal', 'lúa nếp'),
  ],
  REGION_08: [
    annual('cereal', '水稻'),
    perennial('spice', '绿茶'),
    annual('vegetable', '白菜'),
    annual('root', '红薯'),
  ],
  REGION_09: [
    annual('root', 'iṣu'),
    annual('cereal', 'mtama'),
    annual('oilseed', 'karanga'),
    perennial('spice', 'koko'),
  ],
};

const herdChoices: readonly (readonly [Omit<Herd, 'count' | 'system'>['kind'], number, readonly [number, number]])[] = [
  ['poultry', 36, [4, 60]],
  ['sheep-goats', 24, [3, 40]],
  ['bovine', 20, [1, 12]],
  ['swine', 7, [1, 9]],
  ['equine', 5, [1, 3]],
  ['bees', 5, [2, 20]],
  ['camel', 3, [2, 15]],
];

const machineChoices: readonly (readonly [Machine['kind'], number])[] = [
  ['manual', 46],
  ['animal-powered', 24],
  ['crop-machinery', 18],
  ['tractor', 12],
];

/** Takes `count` different values from weighted choices. */
function severalOf<T>(draws: Draws, count: number, draw: () => T, key: (value: T) => string): T[] {
  const chosen = new Map<string, T>();
  for (let attempt = 0; attempt < count * 6 && chosen.size < count; attempt += 1) {
    const value = draw();
    chosen.set(key(value), value);
  }
  return draws.shuffled([...chosen.values()]);
}

const nearby = (draws: Draws, degrees: number): number =>
  Math.round((degrees + draws.integer(-400, 400) / 20_000) * 100_000) / 100_000;

function cropsOf(draws: Draws, regionCode: string, count: number): Crop[] {
  const choices = cropsByRegion[regionCode] ?? [annual('cereal', 'maize')];
  return severalOf(
    draws,
    count,
    () => draws.pick(choices),
    (choice) => choice.variety,
  ).map((choice) => ({
    ...choice,
    season: choice.perennial ? 'all year' : draws.pick(['main', 'main', 'short']),
    use: choice.kind === 'cereal' && draws.chance(0.15) ? 'feed' : 'food',
    fertilizers: severalOf(
      draws,
      draws.weighted([
        [0, 26],
        [1, 50],
        [2, 24],
      ]),
      () =>
        draws.weighted<Crop['fertilizers'][number]>([
          ['mineral', 40],
          ['manure', 40],
          ['organic', 20],
        ]),
      (fertilizer) => fertilizer,
    ),
  }));
}

function plotOf(draws: Draws, home: Home, hectares: number): Plot {
  return {
    hectares,
    tenure: draws.weighted([
      ['owned', 46],
      ['leased', 20],
      ['sharecropped', 14],
      ['inherited', 20],
    ]),
    latitude: nearby(draws, home.latitude),
    longitude: nearby(draws, home.longitude),
    ...(draws.chance(0.38) && {
      irrigation: draws.weighted<NonNullable<Plot['irrigation']>>([
        ['surface', 54],
        ['groundwater', 32],
        ['mixed', 14],
      ]),
    }),
    crops: cropsOf(
      draws,
      home.regionCode,
      draws.weighted([
        [1, 48],
        [2, 38],
        [3, 14],
      ]),
    ),
  };
}

/**
 * Draws the farm that the head of a household runs.
 *
 * @param draws - where chance comes from
 * @param headNumber - running number of the head
 * @param home - where the household lives; the plots lie near it
 * @param registered - earliest day of its registration
 * @param today - the reference day
 */
export function farmOf(draws: Draws, headNumber: number, home: Home, registered: Day, today: Day): Farm {
  const type = draws.weighted<Farm['type']>([
    ['subsistence', 48],
    ['semi-subsistence', 34],
    ['specialized', 14],
    ['commercial', 4],
  ]);
  const largest = { subsistence: 14, 'semi-subsistence': 36, specialized: 90, commercial: 900 }[type];
  const plots = Array.from(
    {
      length: draws.weighted([
        [1, 56],
        [2, 30],
        [3, 14],
      ]),
    },
    () => plotOf(draws, home, draws.integer(2, largest) / 10),
  );
  const herds = severalOf(
    draws,
    draws.weighted([
      [0, 24],
      [1, 42],
      [2, 24],
      [3, 10],
    ]),
    () => draws.weighted(herdChoices.map((choice) => [choice, choice[1]] as const)),
    ([kind]) => kind,
  ).map(([kind, , [least, most]]) => ({
    kind,
    count: draws.integer(least, most),
    system: draws.weighted<Herd['system']>([
      ['mixed', 62],
      ['sedentary', 30],
      ['semi-nomadic', 8],
    ]),
  }));
  const machines = severalOf(
    draws,
    draws.weighted([
      [0, 18],
      [1, 56],
      [2, 26],
    ]),
    () => draws.weighted(machineChoices),
    (kind) => kind,
  ).map((kind) => ({
    kind,
    count: draws.integer(1, kind === 'manual' ? 8 : 2),
    source: draws.weighted<Machine['source']>(
      kind === 'manual'
        ? [
            ['owned', 92],
            ['shared', 8],
          ]
        : [
            ['owned', 34],
            ['shared', 28],
            ['cooperative', 24],
            ['service', 14],
          ],
    ),
  }));
  const enrolled = draws.integer(registered, today - 20);
  return {
    farmerId: farmerId(headNumber),
    type,
    plots,
    herds,
    machines,
    fishPond: draws.chance(0.04),
    registeredAt: timestampOf(enrolled, draws.integer(28_800, 61_200)),
    updatedAt: timestampOf(draws.integer(enrolled + 1, today - 1), draws.integer(28_800, 61_200)),
  };
}
