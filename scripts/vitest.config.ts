import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const setup = fileURLToPath(new URL('./vitest.setup.ts', import.meta.url));
const conditions = ['dci-source', 'node'];
/** One file after the other in a worker that stays: the packages keep no global state, and starting costs most. */
const shared = { isolate: false };
const project = (name: string, root: string, more: { readonly isolate?: boolean } = {}) => ({
  root,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { name, include: ['**/*.test.ts'], testTimeout: 60_000, hookTimeout: 120_000, setupFiles: [setup], ...more },
});

export default defineConfig({
  test: {
    // Many tests wait for processes that they start, so that three workers keep two cores busy.
    maxWorkers: 3,
    projects: [
      project('dci-core', 'packages/dci-core', shared),
      project('dci-host', 'packages/dci-host'),
      project('dci-server', 'packages/dci-server', shared),
      project('dci-client', 'packages/dci-client', shared),
      project('dci-client-crvs', 'packages/dci-client-crvs', shared),
      project('dci-client-ibr', 'packages/dci-client-ibr', shared),
      project('dci-client-dr', 'packages/dci-client-dr', shared),
      project('dci-host-app', 'apps/host'),
      project('dci-examples', 'apps/examples'),
    ],
  },
});
