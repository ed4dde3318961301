import { disabilityDetailsOperation, disabilitySupportOperation } from './disability-info.ts';
import { disabledOperation } from './disabled.ts';
import { enrolledOperation } from './enrolled.ts';
import { enrollmentUpdatesOperation } from './enrollment-updates.ts';
import type { SpecialOperationAnswer } from './special-operation.ts';

/** The special calls of the shipped registry types by their names in `RegistryType.operations` (protocol.md section 5). */
export const specialOperations: Readonly<Record<string, SpecialOperationAnswer>> = Object.fromEntries(
  [
    enrolledOperation,
    enrollmentUpdatesOperation,
    disabledOperation,
    disabilitySupportOperation,
    disabilityDetailsOperation,
  ].map((operation) => [operation.name, operation]),
);
