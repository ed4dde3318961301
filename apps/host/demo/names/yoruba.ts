import { familyNames, givenNames, type NameCulture } from './culture.ts';

/** Yoruba names, with the dots and tone marks of the written language. */
export const yoruba: NameCulture = {
  language: 'yor',
  script: 'Latn',
  rule: 'family',
  husbandsName: 0.8,
  boys: givenNames(
    'Adébáyọ̀|Olúwaṣeun|Babátúndé|Ayọ̀délé|Olúmìdé|Tòkunbọ̀|Adéwálé|Fẹ́mi|Ṣẹ́gun|Kọ́lá|Dàmilọ́lá|Olúṣọlá|Ìdòwú|Tàíwò|Kẹ́hìndé|Adédèjì|Gbénga|Àkànní|Bámidélé|Olúfẹ́mi|Rótìmí|Yẹ̀mí',
  ),
  girls: givenNames(
    'Fọlákẹ́|Títílayọ̀|Yétúndé|Bùkọ́lá|Ṣadé|Omolará|Àbẹ̀kẹ́|Adérónkẹ́|Mojísọ́lá|Olúwafúnmiláyọ̀|Ìyábọ̀|Morẹ́nikẹ́|Tèmítọ́pẹ́|Àdùkẹ́|Fúnkẹ́|Bọ́láńlé|Rónkẹ́|Simisọ́lá|Àṣàkẹ́|Yéwándé',
  ),
  families: familyNames(
    'Adéyẹmí|Ògúndélé|Akíntọ́lá|Ọláyínká|Fáṣọlá|Àjàyí|Balógun|Adélékè|Òkéowó|Olátúnjí|Ọdúnsì|Awólọ́wọ̀|Akínwándé|Oyèlárán|Ọ̀ṣúndé|Ṣówándé|Ìbíkúnlé|Adésínà|Ògúnbíyì|Olúwọlé|Ayọ̀adé|Fábùnmi',
  ),
};
