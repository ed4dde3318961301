import { dciClient } from 'dci-client/plugin';
import { defineConfig } from 'dci-host';
import { dciServer } from 'dci-server';
import { demo } from './demo/plugin.ts';
import { demoRegistryOptions } from './demo/registries.ts';

/** The demo host: a Social and a Farmer registry that answer, and the client's commands. */
export const config = defineConfig({
  senderId: 'registry.demo.example',
  basePathAliases: ['/api/v2/dci'],
  plugins: [dciServer({ registries: demoRegistryOptions(), defaultRegistry: 'social' }), dciClient(), demo()],
});
