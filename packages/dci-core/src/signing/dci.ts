import { parameterScheme } from './parameter-scheme.ts';

/** The signature scheme `dci` of protocol.md section 3: what OpenSPP and this project sign with. */
export const dciScheme = parameterScheme({
  name: 'dci',
  lifetimeSeconds: 300,
  prefix: '',
  style: 'compact',
  digestPrefix: '',
});
