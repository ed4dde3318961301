// What the plug-in of a domain service shares with this package: `dci-client/service`.

export { awaitAnswer } from './await-answer.ts';
export { identifierArgument, identifierArguments } from './identifier-argument.ts';
export { argumentsOf, badOption, countOption, listOption, optionName, textOption } from './option.ts';
export { printFailure } from './print-failure.ts';
export { type RepeatedWork, type RepeatedWorkOptions, repeatedWork } from './repeated-work.ts';
export { type SealedJson, sealedJson } from './stores/sqlite/sealed-json.ts';
export { type SealedSecret, type SealedSecretOptions, sealedSecret } from './stores/sqlite/sealed-secret.ts';
