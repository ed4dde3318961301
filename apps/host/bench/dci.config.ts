import { defineConfig } from 'dci-host';
import { dciServer } from 'dci-server';
import { demoRegistryOptions } from '../demo/registries.ts';

/** The demo's registries as an operator would run them: no demo sender, production mode. */
export const config = defineConfig({
  senderId: 'registry.bench.example',
  plugins: [dciServer({ registries: demoRegistryOptions() })],
});
