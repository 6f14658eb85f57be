// Virtual hosts to Envoy's configuration. Pure: messages and bytes in memory, nothing is read or sent.
// translate.ts is the way in: it keeps what exists and turns each change into resources, encoded once.
// One file for each of Envoy's concepts (scope, route, cluster, endpoint, secret, listener) and each HTTP filter;
// types.ts tells the xDS server how to treat the types; bootstrap.ts starts an Envoy; json.ts shows it all to people.
// Names (names.ts) are functions of content, so they are the same on every replica and after every restart.
export { type BootstrapSettings, bootstrapJson, defaultLimits } from './bootstrap.ts';
export { renderResources } from './json.ts';
export { createTranslator, type EnvoySettings, type Translator } from './translate.ts';
export { resourceTypes } from './types.ts';
