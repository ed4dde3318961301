import type { CultureName } from '../names/cultures.ts';

/** A region of the demo country `XX`, with its languages, towns and streets. */
export interface Region {
  /** `REGION_01` and on. */
  readonly code: string;
  readonly name: string;
  /** Share of the population. */
  readonly weight: number;
  /** Share of households that live in the countryside. */
  readonly rural: number;
  readonly cultures: readonly (readonly [culture: CultureName, weight: number])[];
  /** Centre, in an empty part of the Atlantic: the country exists nowhere. */
  readonly latitude: number;
  readonly longitude: number;
  readonly districts: readonly District[];
  readonly streets: readonly string[];
  /** Puts a house number and a street together as the region writes them. */
  readonly addressLine: (number: number, street: string) => string;
}

/** A district; codes are unique in the country. */
export interface District {
  /** `DISTRICT_01` and on. */
  readonly code: string;
  /** Towns and villages, the largest first. */
  readonly localities: readonly string[];
}

/** ISO 3166-1 user-assigned code: no country has it. */
export const COUNTRY_CODE = 'XX';

const DISTRICTS_PER_REGION = 3;
const LOCALITIES_PER_DISTRICT = 4;

const twoDigits = (value: number): string => String(value).padStart(2, '0');
const streetFirst = (number: number, street: string): string => `${street} ${number}`;
const numberFirst = (number: number, street: string): string => `${number} ${street}`;

type RegionRow = Omit<Region, 'code' | 'districts' | 'streets'> & { readonly towns: string; readonly streets: string };

const rows: readonly RegionRow[] = [
  {
    name: 'Capital',
    weight: 22,
    rural: 0.08,
    cultures: [
      ['spanish', 22],
      ['swahili', 12],
      ['arabic', 12],
      ['hindi', 10],
      ['russian', 9],
      ['chinese', 9],
      ['yoruba', 7],
      ['amharic', 6],
      ['filipino', 5],
      ['vietnamese', 4],
      ['polish', 2],
      ['thai', 1],
      ['bengali', 1],
    ],
    latitude: -22.4,
    longitude: -20.1,
    towns:
      'Capital City|Old Harbour|Mill Quarter|Station Gardens|Lakeside|North Gate|Brickfields|Market Cross|Airport Road|Hill Terrace|Riverbend|Free Quarter',
    streets: 'Main Street|Harbour Road|Station Road|Market Lane|Mill Street|Garden Avenue|Bridge Street|School Lane',
    addressLine: numberFirst,
  },
  {
    name: 'Costa',
    weight: 15,
    rural: 0.42,
    cultures: [
      ['spanish', 80],
      ['filipino', 14],
      ['arabic', 3],
      ['polish', 3],
    ],
    latitude: -23.7,
    longitude: -20.8,
    towns:
      'Puerto Alegría|San Simón del Mar|Peñas Blancas|El Algarrobo|Santa Inés|Río Hondo|La Cañada|Los Álamos|Villa Esperanza|Ojo de Agua|Bahía Grande|El Olivar',
    streets:
      'Calle del Sol|Calle de la Peña|Avenida Independencia|Calle Mayor|Camino del Río|Calle San José|Paseo Marítimo|Calle del Pozo',
    addressLine: streetFirst,
  },
  {
    name: 'الواحات',
    weight: 13,
    rural: 0.45,
    cultures: [
      ['arabic', 86],
      ['amharic', 8],
      ['swahili', 6],
    ],
    latitude: -21.1,
    longitude: -19.2,
    towns:
      'واحة النخيل|عين السلام|وادي الريحان|بئر الحجر|قصر الزيتون|تل الرمان|سوق الأحد|عين الغزال|الروضة|كفر الياسمين|وادي القمر|المنارة',
    streets: 'شارع السلام|شارع النخيل|طريق الواحة|شارع المدرسة|شارع السوق|حارة الزيتون|شارع النور|طريق البئر',
    addressLine: streetFirst,
  },
  {
    name: 'उत्तर पहाड़ी प्रदेश',
    weight: 13,
    rural: 0.58,
    cultures: [
      ['hindi', 74],
      ['bengali', 26],
    ],
    latitude: -20.2,
    longitude: -21.4,
    towns: 'देवनगर|शांतिपुर|नीलगाँव|आमबाग|सोनघाटी|कमलपुर|पीपलखेड़ा|गंगवाड़ी|सूरजगढ़|रामटोला|झीलपुर|चन्दनगाँव',
    streets: 'मुख्य मार्ग|मंदिर मार्ग|स्टेशन रोड|गांधी मार्ग|बाज़ार गली|नदी मार्ग|विद्यालय मार्ग|पीपल चौक',
    addressLine: numberFirst,
  },
  {
    name: 'Северный край',
    weight: 10,
    rural: 0.34,
    cultures: [
      ['russian', 80],
      ['polish', 20],
    ],
    latitude: -18.9,
    longitude: -20.3,
    towns:
      'Белореченск|Сосновый Бор|Новая Заря|Каменка|Берёзовка|Старый Мост|Ключи|Озёрное|Лесная Поляна|Малиновка|Тихая Пристань|Подгорное',
    streets:
      'улица Мира|Садовая улица|Лесная улица|Школьная улица|Набережная улица|Полевая улица|улица Строителей|Зелёная улица',
    addressLine: (number, street) => `${street}, ${number}`,
  },
  {
    name: 'ደጋማ ክልል',
    weight: 9,
    rural: 0.66,
    cultures: [
      ['amharic', 80],
      ['swahili', 20],
    ],
    latitude: -21.9,
    longitude: -18.4,
    towns: 'ሰላም ከተማ|አዲስ ምንጭ|ወንዝ ዳር|የጤፍ ሜዳ|ገበያ ቦታ|ፀሐይ በር|ደብረ ወይራ|ቀይ አፈር|ጎጆ ሰፈር|ነጭ ድንጋይ|የማር ቆላ|ላይኛው መንደር',
    streets: 'ዋና መንገድ|የገበያ መንገድ|የትምህርት ቤት መንገድ|የወንዝ መንገድ|የወይራ መንገድ|ሰላም መንገድ',
    addressLine: streetFirst,
  },
  {
    name: 'ลุ่มน้ำตะวันออก',
    weight: 8,
    rural: 0.52,
    cultures: [
      ['thai', 58],
      ['vietnamese', 42],
    ],
    latitude: -23.1,
    longitude: -17.9,
    towns: 'บ้านดอนแก้ว|ท่าน้ำใส|หนองบัวทอง|บ้านสวนตาล|ทุ่งรวงทอง|ดอยเมฆ|Bến Tràm|Xóm Mới|An Lạc|Làng Sen|Phước Điền|Cồn Dừa',
    streets: 'ถนนริมน้ำ|ถนนตลาดเก่า|ถนนวัดใต้|ถนนโรงเรียน|Đường Bờ Sông|Đường Chợ Cũ|Đường Hoa Sen|ถนนสายทอง',
    addressLine: numberFirst,
  },
  {
    name: '南屿',
    weight: 5,
    rural: 0.3,
    cultures: [
      ['chinese', 88],
      ['vietnamese', 7],
      ['thai', 5],
    ],
    latitude: -24.6,
    longitude: -19.0,
    towns: '新港市|青石镇|白沙湾|竹林村|双桥镇|东湖村|金谷镇|云岭村|石门镇|河口村|梅花岛|南坡村',
    streets: '人民路|海滨路|解放街|文化路|花园街|学校路|港口路|竹林巷',
    addressLine: (number, street) => `${street}${number}号`,
  },
  {
    name: 'Savanna',
    weight: 5,
    rural: 0.62,
    cultures: [
      ['yoruba', 62],
      ['swahili', 38],
    ],
    latitude: -24.0,
    longitude: -22.6,
    towns:
      'Ìlú Tuntun|Òkè Ọdàn|Ọjà Ọba|Ìsàlẹ̀ Odò|Abúlé Ẹ̀gbá|Igbó Ọrà|Mji Mpya|Kisima|Mto wa Mbuni|Shamba Kuu|Mlimani|Soko Huru',
    streets: 'Òpópónà Ọjà|Òpópónà Odò|Òpópónà Ilé-ìwé|Barabara ya Soko|Barabara ya Shule|Barabara ya Mto',
    addressLine: numberFirst,
  },
];

/** Every region of the demo country, by code. */
export const regions: readonly Region[] = rows.map(({ towns, streets, ...region }, regionIndex) => {
  const localities = towns.split('|');
  return {
    ...region,
    code: `REGION_${twoDigits(regionIndex + 1)}`,
    streets: streets.split('|'),
    districts: Array.from({ length: DISTRICTS_PER_REGION }, (_, districtIndex) => ({
      code: `DISTRICT_${twoDigits(regionIndex * DISTRICTS_PER_REGION + districtIndex + 1)}`,
      localities: localities.slice(
        districtIndex * LOCALITIES_PER_DISTRICT,
        (districtIndex + 1) * LOCALITIES_PER_DISTRICT,
      ),
    })),
  };
});
