import type { JsonObject } from 'dci-core';
import { consentsOf } from './consents.ts';
import type { Crop, Farm, Herd, Household, Machine, Person, Plot } from './population/population.ts';
import {
  addressesOf,
  briefPerson,
  circumstancesOf,
  type DemoRecord,
  disabilityOf,
  groupIdentifiers,
  identifier,
  personIdentifiers,
  registrationOf,
} from './record-parts.ts';

/** One record for the demo's Farmer registry. */
export interface FarmerRecord extends DemoRecord {
  readonly recordType: 'Farmer';
}

const HECTARE = '0';

const farmTypeCodes: Readonly<Record<Farm['type'], string>> = {
  subsistence: '1',
  'semi-subsistence': '2',
  specialized: '3',
  commercial: '5',
};

const tenureCodes: Readonly<Record<Plot['tenure'], string>> = {
  owned: '1',
  leased: '3',
  sharecropped: '5',
  inherited: '6',
};

const irrigationCodes: Readonly<Record<NonNullable<Plot['irrigation']>, string>> = {
  surface: '1',
  groundwater: '2',
  mixed: '3',
};

const cropCodes: Readonly<Record<Crop['kind'], string>> = {
  cereal: '1',
  vegetable: '2',
  fruit: '3',
  oilseed: '4',
  root: '5',
  spice: '6',
  legume: '7',
  sugar: '8',
};

const cropUseCodes: Readonly<Record<Crop['use'], string>> = { food: '1', feed: '2' };

const fertilizerCodes: Readonly<Record<Crop['fertilizers'][number], string>> = {
  mineral: '1',
  organic: '3',
  manure: '5',
};

const animalCodes: Readonly<Record<Herd['kind'], string>> = {
  bovine: '1',
  'sheep-goats': '2',
  swine: '3',
  equine: '4',
  camel: '5',
  poultry: '6',
  bees: '8',
};

const livestockSystemCodes: Readonly<Record<Herd['system'], string>> = {
  'semi-nomadic': '2',
  sedentary: '3',
  mixed: '4',
};

const machineCodes: Readonly<Record<Machine['kind'], string>> = {
  manual: '10',
  'animal-powered': '20',
  tractor: '32',
  'crop-machinery': '33',
};

const equipmentSourceCodes: Readonly<Record<Machine['source'], string>> = {
  owned: '1',
  shared: '2',
  cooperative: '5',
  service: '6',
};

const FRESHWATER_AQUACULTURE = '0322';
const NON_PERENNIAL_CROPS = '011';
const PERENNIAL_CROPS = '012';

function cropDetails(plot: Plot, crop: Crop): JsonObject {
  return {
    activity_group: crop.perennial ? PERENNIAL_CROPS : NON_PERENNIAL_CROPS,
    crop_type_name: cropCodes[crop.kind],
    variety: crop.variety,
    season: crop.season,
    end_use: cropUseCodes[crop.use],
    irrigation: plot.irrigation !== undefined,
    ...(plot.irrigation !== undefined && { irrigation_water: [irrigationCodes[plot.irrigation]] }),
    ...(crop.fertilizers.length > 0 && { fertilizer_type: crop.fertilizers.map((each) => fertilizerCodes[each]) }),
  };
}

function livestockDetails(herd: Herd): JsonObject {
  return {
    type: animalCodes[herd.kind],
    count: herd.count,
    livestock_system: livestockSystemCodes[herd.system],
  };
}

/** Animals and fish belong to the farm as a whole and are told with its first piece of land. */
function farmDetails(household: Household, farm: Farm, plot: Plot, first: boolean): JsonObject {
  const herds = first ? farm.herds : [];
  return {
    location: {
      name: household.home.locality,
      code: household.home.districtCode,
      geo: { latitude: plot.latitude, longitude: plot.longitude },
    },
    land_tenure: tenureCodes[plot.tenure],
    land_size: plot.hectares,
    measurment: HECTARE,
    farming_activities: {
      crop_production: plot.crops.map((crop) => cropDetails(plot, crop)),
      ...(herds.length > 0 && { animal_production: herds.map(livestockDetails) }),
      mixed_farming: herds.length > 0,
      ...(first && farm.fishPond && { aquaculture: [FRESHWATER_AQUACULTURE] }),
    },
    ...registrationOf(farm),
  };
}

function farmerRecord(household: Household, farmer: Person, farm: Farm): JsonObject {
  return {
    farmer_personal_details: {
      member_identifier: [...personIdentifiers(farmer), identifier('FARMER_ID', farm.farmerId)],
      demographic_info: {
        ...briefPerson(farmer),
        address: addressesOf(household.home),
        ...(farmer.phoneNumber !== undefined && { phone_number: [farmer.phoneNumber] }),
      },
      ...disabilityOf(farmer.limitations),
      ...circumstancesOf(household, farmer),
      ...registrationOf(farmer),
    },
    family_details: {
      group_identifier: groupIdentifiers(household),
      group_type: '2',
      poverty_score: household.povertyScore,
      poverty_score_type: 'PMT',
      group_size: household.people.filter(({ deathDate }) => deathDate === undefined).length,
      ...registrationOf(household),
    },
    farm_type: farmTypeCodes[farm.type],
    farm_details: farm.plots.map((plot, index) => farmDetails(household, farm, plot, index === 0)),
    ...(farm.machines.length > 0 && {
      machineries_details: farm.machines.map((machine) => ({
        type: machineCodes[machine.kind],
        count: machine.count,
        equipement_source: equipmentSourceCodes[machine.source],
      })),
    }),
    ...registrationOf(farm),
  };
}

/**
 * Derives the records of the Farmer registry: the head of every household with a farm, under the same
 * identifiers as in the Social registry, so that the two can be linked.
 *
 * @param households - the population
 * @returns the records, in the order of the households
 */
export function* farmerRecords(households: Iterable<Household>): Generator<FarmerRecord, void, undefined> {
  for (const household of households) {
    const [farmer] = household.people;
    if (household.farm === undefined || farmer === undefined) continue;
    const record = farmerRecord(household, farmer, household.farm);
    yield { recordType: 'Farmer', record, consents: consentsOf(farmer) };
  }
}
