/** The functions of a test runner that contracts use; those of vitest and `node:test` fit. */
export interface TestRunner {
  readonly describe: (name: string, define: () => void) => unknown;
  readonly it: (name: string, run: () => Promise<void>) => unknown;
}

/** How a contract gets what it tests, and the test runner that runs it. */
export interface OpenedContractOptions<Opened extends { readonly close?: () => Promise<void> | void }> {
  /** Makes an empty one. */
  readonly create: () => Promise<Opened> | Opened;
  readonly runner: TestRunner;
}

/**
 * Makes the function that adds the tests of a contract, each with a fresh one of what is tested; it is closed after it.
 *
 * @param options - how it is made, and the test runner's functions
 * @returns a function that adds a test
 */
export function testOpened<Opened extends { readonly close?: () => Promise<void> | void }>({
  create,
  runner,
}: OpenedContractOptions<Opened>): (test: string, run: (opened: Opened) => Promise<void>) => void {
  return (test, run) => {
    runner.it(test, async () => {
      const opened = await create();
      try {
        await run(opened);
      } finally {
        await opened.close?.();
      }
    });
  };
}
