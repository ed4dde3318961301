export {
  type CheckLogContractOptions,
  type OpenedCheckLog,
  type TestRunner,
  testDuplicationCheckLog,
} from './check-log-contract.ts';
