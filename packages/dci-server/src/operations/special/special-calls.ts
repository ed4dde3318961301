import type { Logger, RegistryType } from 'dci-core';
import type { ServerLimits } from '../../limits.ts';
import type { CursorCodec } from '../cursor.ts';
import type { ImmediateOperation } from '../immediate-operation.ts';
import type { SpecialOperationAnswer } from './special-operation.ts';
import { specialOperations } from './special-operations.ts';

/** What special calls are answered with. */
export interface SpecialCallOptions {
  readonly limits: ServerLimits;
  readonly cursors: CursorCodec;
  readonly logger: Logger;
}

/**
 * The special calls of a registry type (protocol.md section 5): IBR `sync/enrolled` and `sync/enrollment/updates`, DR
 * `sync/disabled`, `sync/get-disability-support` and `sync/get-disability-details`. A message passes the same checks as
 * a search.
 *
 * @param registryType - the registry type
 * @param options - limits and cursors
 * @returns its paths under `/registry` and what answers there; a call of the type that has no answer here is left out
 */
export function specialCalls(
  registryType: RegistryType,
  options: SpecialCallOptions,
): Readonly<Record<string, ImmediateOperation<unknown>>> {
  return Object.fromEntries(
    registryType.operations.flatMap(({ name, path }): [string, ImmediateOperation<unknown>][] => {
      const operation = Object.hasOwn(specialOperations, name) ? specialOperations[name] : undefined;
      return operation === undefined ? [] : [[path, immediate(operation, options)]];
    }),
  );
}

function immediate(operation: SpecialOperationAnswer, options: SpecialCallOptions): ImmediateOperation<unknown> {
  const { name, action, schema } = operation;
  return {
    name,
    expectation: { action, schema },
    answer: ({ header, message, principal: { sender } }, { registry, disclose, ...scope }) => {
      const { onEnrollmentUpdate } = registry;
      return operation.answer(header, message, {
        ...options,
        ...scope,
        registry,
        sender: sender.sender,
        access: sender.access(registry.type),
        disclose: (_referenceId, disclosure) => disclose(disclosure),
        ...(onEnrollmentUpdate && { onEnrollmentUpdate }),
      });
    },
  };
}
