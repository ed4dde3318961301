import process from 'node:process';
import fc from 'fast-check';

// Property tests draw new cases in every run; with DCI_TEST_SEED they draw the same ones, as CI and a bug report want.
const seed = process.env.DCI_TEST_SEED;
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
