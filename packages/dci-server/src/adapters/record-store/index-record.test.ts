import { describe, expect, it } from 'vitest';
import { contractPersons } from '../../testing/adapter-contract/records.ts';
import { contractRegistryType } from '../../testing/adapter-contract/registry-type.ts';
import { extractionVersion, indexRecord } from './index-record.ts';
import { tableLayout } from './table-layout.ts';

const [recordType] = contractRegistryType.recordTypes;
if (recordType === undefined) throw new Error('there is one');
const layout = tableLayout(contractRegistryType, recordType);

describe('indexRecord', () => {
  // What is stored was extracted by this version. When this test fails because dci-core reads records in
  // another way, raise `extractionVersion`, so that the stores in use are indexed again.
  it(`extracts what version ${extractionVersion} extracts`, () => {
    const records = contractPersons.filter(({ id }) =>
      ['amina', 'chidi', 'dotted', 'sigma', 'numbers'].includes(String(id)),
    );
    expect({ extractionVersion, rows: records.map((record) => indexRecord(record, layout)) }).toMatchSnapshot();
  });
});
