import { familyNames, givenNames, type NameCulture } from './culture.ts';

/** Names as in Spain and Latin America: two family names. */
export const spanish: NameCulture = {
  language: 'spa',
  script: 'Latn',
  rule: 'two-families',
  husbandsName: 0,
  boys: givenNames(
    'José|Andrés|Joaquín|Martín|Íñigo|Ramón|Germán|Nicolás|Álvaro|Héctor|Rubén|Óscar|Agustín|Fermín|Julián|Matías|Sebastián|Tomás|Simón|Efraín|Carlos|Diego|Luis|Miguel|Pablo|Rafael|Emilio|Jorge|Manuel|Ernesto',
  ),
  girls: givenNames(
    'María|Lucía|Sofía|Inés|Rocío|Mónica|Verónica|Belén|Ángela|Noemí|Begoña|Itziar|Concepción|Asunción|Raquel|Ximena|Yolanda|Pilar|Carmen|Elena|Isabel|Gabriela|Daniela|Camila|Marisol|Beatriz|Josefina|Paloma|Rosario|Teresa',
  ),
  families: familyNames(
    'Muñoz|Núñez|García|Fernández|Rodríguez|Pérez|López|Gómez|Jiménez|Sánchez|Ramírez|Gutiérrez|Álvarez|Ibáñez|Yáñez|Peña|Cárdenas|Córdoba|Ávila|Martínez|Domínguez|Suárez|Vásquez|Méndez|Ordóñez|Quiñones|Morales|Castro|Vargas|Rojas|Herrera|Medina|Salazar|Delgado|Acuña|Carreño',
  ),
};
