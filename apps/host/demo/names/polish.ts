import { familyNames, givenNames, type NameCulture } from './culture.ts';

/** Polish names: many family names have a form for women. */
export const polish: NameCulture = {
  language: 'pol',
  script: 'Latn',
  rule: 'family',
  husbandsName: 0.85,
  boys: givenNames(
    'Łukasz|Paweł|Michał|Stanisław|Wojciech|Grzegorz|Przemysław|Rafał|Władysław|Józef|Jędrzej|Błażej|Andrzej|Krzysztof|Tomasz|Marcin|Kazimierz|Zbigniew|Mieczysław|Bartłomiej|Ireneusz|Ignacy',
  ),
  girls: givenNames(
    'Małgorzata|Agnieszka|Elżbieta|Grażyna|Bożena|Zofia|Łucja|Jadwiga|Katarzyna|Stanisława|Wiesława|Michalina|Halina|Danuta|Ewa|Joanna|Urszula|Iwona|Bronisława|Róża|Honorata|Żaneta',
  ),
  families: familyNames(
    'Wiśniewski/Wiśniewska|Dąbrowski/Dąbrowska|Zieliński/Zielińska|Szymański/Szymańska|Woźniak|Kozłowski/Kozłowska|Jabłoński/Jabłońska|Król|Wróbel|Piątek|Głowacki/Głowacka|Żak|Ćwikła|Śliwiński/Śliwińska|Gołąb|Bąk|Sikorski/Sikorska|Błaszczyk|Kołodziej|Pająk|Grześkowiak|Łuczak|Żurek|Zając',
  ),
};
