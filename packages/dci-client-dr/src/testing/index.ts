export {
  type DisabilityCacheContractOptions,
  type OpenedCache,
  testDisabilityCache,
} from './disability-cache-contract.ts';
