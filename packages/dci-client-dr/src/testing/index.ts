export {
  type DisabilityCacheContractOptions,
  type OpenedCache,
  type TestRunner,
  testDisabilityCache,
} from './disability-cache-contract.ts';
