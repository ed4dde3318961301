import { defineCodeList } from './define.ts';

/** Support activities to agriculture (ISIC group 016). */
export const agriSupportActivity = defineCodeList({
  name: 'AgriSupportActivityEnum',
  entries: [
    ['161', 'Support activities for crop production'],
    ['162', 'Support activities for animal production'],
    ['163', 'Post-harvest crop activities'],
    ['164', 'Seed processing for propagation'],
  ],
});

/** Kinds of animals. */
export const animals = defineCodeList({
  name: 'AnimalsEnum',
  entries: [
    ['1', 'Bovine animals'],
    ['2', 'Sheep and goats'],
    ['3', 'Swine/pigs'],
    ['4', 'Equines'],
    ['5', 'Camels and camelids'],
    ['6', 'poultry'],
    ['7', 'other animals'],
    ['8', 'Insects and worms'],
  ],
  aliases: {
    cattle: '1',
    sheep: '2',
    goats: '2',
    pigs: '3',
    swine: '3',
    horses: '4',
    camels: '5',
    insects: '8',
    worms: '8',
  },
});

/** Aquaculture (ISIC group 032). */
export const aquaculture = defineCodeList({
  name: 'AquaCultureEnum',
  entries: [
    ['0321', 'Marine aquaculture'],
    ['0322', 'Freshwater aquaculture'],
  ],
  aliases: {
    'marine aquafarming': '0321',
    'freshwater aquafarming': '0322',
  },
});

/** Support activities for fishing and aquaculture. */
export const aquaSupportActivity = defineCodeList({
  name: 'AquaSupportActivityEnum',
  entries: [['0330', 'Support activities for fishing and aquaculture']],
});

/** Crop production activities (ISIC groups 011 to 013). */
export const cropActivity = defineCodeList({
  name: 'CropActivityEnum',
  entries: [
    ['011', 'Non-perennial crops'],
    ['012', 'Perennial crops'],
    ['013', 'Plant propagation'],
  ],
});

/** Purpose of a crop. */
export const cropEndUse = defineCodeList({
  name: 'CropEnduseEnum',
  entries: [
    ['1', 'Food for human consumption'],
    ['2', 'Feed for animals'],
    ['3', 'Biofuels or non-food products'],
    ['4', 'Other uses'],
  ],
});

/** Types of crop (FAO indicative crop classification). */
export const cropType = defineCodeList({
  name: 'CropTypeEnum',
  entries: [
    ['1', 'Cereals'],
    ['2', 'Vegetables and melons'],
    ['3', 'Fruit and nuts'],
    ['4', 'Oilseed crops and oleaginous fruits'],
    ['5', 'Root/tuber crops with high starch or inulin content'],
    ['6', 'Stimulant, spice and aromatic crops'],
    ['7', 'Leguminous crops'],
    ['8', 'Sugar crops'],
    ['9', 'Other crops'],
  ],
});

/** Where equipment comes from. The standard gives code 4 twice and declares 7 without describing it: the last entry is 7. */
export const equipmentSource = defineCodeList({
  name: 'EquipmentSource',
  entries: [
    ['1', 'Owned solely by the farmer or members of the farmer’s household'],
    ['2', 'Owned by the farmer jointly with other farmers'],
    ['3', 'Provided by the landlord'],
    ['4', 'Provided by other private holders (excluding cooperatives)'],
    ['5', 'Provided by a cooperative'],
    ['6', 'Provided by a private agricultural service establishment'],
    ['7', 'Provided by a government agency'],
  ],
});

/** Types of farm. */
export const farmType = defineCodeList({
  name: 'FarmTypeEnum',
  entries: [
    ['1', 'Small subsistence-oriented farms'],
    ['2', 'Small semi-subsistence or part-commercial farms'],
    ['3', 'Small independent specialized farms'],
    ['4', 'Small dependent specialized farms'],
    ['5', 'Large commercial farms'],
    ['6', 'Commercial estates'],
  ],
});

/** Types of fertilizer. */
export const fertilizerType = defineCodeList({
  name: 'FertilizerTypeEnum',
  entries: [
    ['1', 'Mineral fertilizers'],
    ['2', 'Organo-mineral fertilizers'],
    ['3', 'Organic fertilizers'],
    ['4', 'Biofertilizers'],
    ['5', 'Manure'],
    ['6', 'Other organic materials to enhance plant growth'],
  ],
  aliases: {
    organic: '3',
    mineral: '1',
  },
});

/** Forestry on a farm. */
export const forestActivity = defineCodeList({
  name: 'ForestActivityEnum',
  entries: [
    ['1', 'Logging'],
    ['2', 'Afforestation (planting trees)'],
    ['3', 'Reforestation (replanting trees)'],
    ['4', 'Nursery (cultivating seedlings for afforestation or reforestation)'],
    ['5', 'Extraction of fuelwood and production of charcoal'],
    ['6', 'Gathering of plant-based edible and non-edible wild non-wood products'],
    ['7', 'Gathering of animal-based edible and non-edible wild non-wood products'],
  ],
});

/** Sources of irrigation water. */
export const irrigationWater = defineCodeList({
  name: 'IrrigationWaterEnum',
  entries: [
    ['1', 'Surface water'],
    ['2', 'Groundwater'],
    ['3', 'Mixed surface water and groundwater'],
    ['4', 'Municipal water supply'],
    ['5', 'Treated or not-treated wastewater'],
    ['6', 'Agricultural drainage water'],
    ['7', 'Desalinated water'],
    ['8', 'other'],
  ],
});

/**
 * Land tenure. The standard declares 1 to 7 and describes seven entries, but gives 1 to the first two and so is off by one
 * from the second on; here the entries have the declared codes in order (records.md section 11).
 */
export const landTenure = defineCodeList({
  name: 'LandTenureEnum',
  entries: [
    ['1', 'Owner'],
    ['2', 'Non-legal ownership/Squatting illegally on land'],
    ['3', 'Leased (Rented from someone else)'],
    ['4', 'Adverse possession or prescription'],
    ['5', 'Sharecropping'],
    ['6', 'Inheritance'],
    ['7', 'Holdings without land'],
  ],
  aliases: {
    owned: '1',
    leased: '3',
    rented: '3',
    squatting: '2',
  },
});

/** Livestock systems. */
export const livestockSystem = defineCodeList({
  name: 'LivestockSystemEnum',
  entries: [
    ['1', 'Grazing system - Nomadic or totally pastoral'],
    ['2', 'Grazing system - Semi-nomadic, semi-pastoral or transhumant'],
    ['3', 'Grazing system - Sedentary pastoral or ranching'],
    ['4', 'Mixed system'],
    ['5', 'Industrial system'],
  ],
});

/**
 * Machinery. 37 is described in the standard but missing from its list of declared codes. The heading over 31 to 37, which
 * has no code, is read as the general one of them.
 */
export const machinery = defineCodeList({
  name: 'MachineriesEnum',
  entries: [
    ['10', 'Manually operated machines'],
    ['20', 'Animal-powered equipment'],
    ['31', 'Machines for general farm use'],
    ['32', 'Tractors, bulldozers and other vehicles'],
    ['33', 'Crop machinery and equipment'],
    ['34', 'Livestock machinery and equipment'],
    ['35', 'Aquacultural machinery and equipment'],
    ['36', 'Forestry machinery and equipment*'],
    ['37', 'Unmanned Aerial vehicle and robots*'],
  ],
  aliases: {
    'machine powered equipment': '31',
    tractor: '32',
  },
});

/** Units of land area; the standard spells the list "Measurment". */
export const measurementUnit = defineCodeList({
  name: 'MeasurmentUnitEnum',
  entries: [
    ['0', 'H'],
    ['1', 'AC'],
    ['2', 'SQM'],
    ['3', 'SQKM'],
    ['4', 'SQF'],
    ['5', 'SQY'],
    ['6', 'DU'],
  ],
  aliases: {
    ha: '0',
    hectare: '0',
    hectares: '0',
    acre: '1',
    acres: '1',
    'square metre': '2',
    m2: '2',
    'square kilometre': '3',
    km2: '3',
    'square foot': '4',
    'square yard': '5',
    dunam: '6',
  },
});
