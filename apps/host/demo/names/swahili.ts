import { familyNames, givenNames, type NameCulture } from './culture.ts';

/** Swahili names: given name, the given name of the father, family name. */
export const swahili: NameCulture = {
  language: 'swh',
  script: 'Latn',
  rule: 'father-second',
  husbandsName: 0.4,
  boys: givenNames(
    'Juma|Baraka|Hamisi|Musa|Rashidi|Salim|Omari|Athumani|Bakari|Daudi|Elia|Faraja|Gasper|Idrisa|Jabari|Khamis|Makame|Neema|Petro|Samweli|Seif|Yusufu|Zuberi|Shabani|Imani|Tumaini',
  ),
  girls: givenNames(
    'Amina|Asha|Zawadi|Neema|Rehema|Fatuma|Halima|Mwanaidi|Pendo|Upendo|Saida|Salma|Zainabu|Zuhura|Subira|Tatu|Mariamu|Hawa|Jamila|Khadija|Lulu|Mwajuma|Rukia|Sikujua|Furaha|Eshe',
  ),
  families: familyNames(
    'Mwinyi|Mrisho|Kilonzo|Mkopi|Mushi|Massawe|Kimaro|Lyimo|Mwakyusa|Mwangosi|Ngowi|Shayo|Temba|Urassa|Mbwana|Makamba|Mziray|Nyambui|Sanga|Kapinga|Mgaya|Msuya|Ndosi|Chande|Haule|Komba',
  ),
};
