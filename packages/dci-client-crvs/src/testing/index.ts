export {
  type OpenedVitalEventLog,
  testVitalEventLog,
  type VitalEventLogContractOptions,
} from './vital-event-log-contract.ts';
