export {
  type CheckLogContractOptions,
  type OpenedCheckLog,
  testDuplicationCheckLog,
} from './check-log-contract.ts';
