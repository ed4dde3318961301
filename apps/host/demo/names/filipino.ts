import { familyNames, givenNames, type NameCulture } from './culture.ts';

/** Philippine names: the mother’s family name as second name. */
export const filipino: NameCulture = {
  language: 'tgl',
  script: 'Latn',
  rule: 'mother-second',
  husbandsName: 0.9,
  boys: givenNames(
    'Jomar|Rodel|Arnel|Reynaldo|Danilo|Ferdinand|Jericho|Marlon|Nestor|Rommel|Benigno|Crisanto|Dindo|Efren|Gilbert|Isagani|Jayson|Lito|Mark Anthony|Noel|Ricardo|Virgilio|Bayani|Dakila',
  ),
  girls: givenNames(
    'Maricel|Rowena|Jocelyn|Lorna|Marites|Analyn|Cherry Mae|Divina|Evangeline|Florencia|Girlie|Imelda|Jhoanna|Ligaya|Luzviminda|Mary Grace|Nenita|Precious|Rosalinda|Sampaguita|Teresita|Vilma|Dalisay|Tala',
  ),
  families: familyNames(
    'dela Cruz|Bautista|Magsaysay|Dimaculangan|Macaraeg|Panganiban|Manalo|Tolentino|Salonga|Villanueva|Santos|Mangubat|Lacson|Pangilinan|Catacutan|Dimagiba|Magbanua|Abaya|Sumulong|Lualhati|Ocampo|Peñaflor|Cariño|Nuñez',
  ),
};
