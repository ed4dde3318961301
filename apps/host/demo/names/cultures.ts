import { amharic } from './amharic.ts';
import { arabic } from './arabic.ts';
import { bengali } from './bengali.ts';
import { chinese } from './chinese.ts';
import type { NameCulture } from './culture.ts';
import { filipino } from './filipino.ts';
import { hindi } from './hindi.ts';
import { polish } from './polish.ts';
import { russian } from './russian.ts';
import { spanish } from './spanish.ts';
import { swahili } from './swahili.ts';
import { thai } from './thai.ts';
import { vietnamese } from './vietnamese.ts';
import { yoruba } from './yoruba.ts';

/** Every name culture of the demo country, by the name that a region's table gives it. */
export const cultures = {
  amharic,
  arabic,
  bengali,
  chinese,
  filipino,
  hindi,
  polish,
  russian,
  spanish,
  swahili,
  thai,
  vietnamese,
  yoruba,
} as const satisfies Readonly<Record<string, NameCulture>>;

/** Name of a culture. */
export type CultureName = keyof typeof cultures;
