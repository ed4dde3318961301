import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const setup = fileURLToPath(new URL('./vitest.setup.ts', import.meta.url));
const conditions = ['dci-source', 'node'];
const project = (name: string, root: string) => ({
  root,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { name, include: ['**/*.test.ts'], testTimeout: 60_000, hookTimeout: 120_000, setupFiles: [setup] },
});

export default defineConfig({
  test: {
    projects: [
      project('dci-core', 'packages/dci-core'),
      project('dci-host', 'packages/dci-host'),
      project('dci-server', 'packages/dci-server'),
      project('dci-client', 'packages/dci-client'),
      project('dci-host-app', 'apps/host'),
    ],
  },
});
