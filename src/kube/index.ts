// Where objects come from.
//   api.ts, resources.ts   what is asked of an API server, as an interface; client/ answers it over HTTP
//   reflector/             one kind, listed and watched through every failure
//   secrets/               Secrets by need: only those that hosts read are ever kept
//   addresses/             where Envoy is reached, for the status of Ingresses
//   operator/              all kinds together, in the order of their sync: the process's part
//   snapshot.ts            all that the graph reads of a cluster, once
//   manifests/             the other source: a watched folder of files
export { type Address, addressOf, ordered } from './addresses/address.ts';
export { type AddressPlace, createAddressSource } from './addresses/source.ts';
export { ApiError } from './api.ts';
export { createKubeApi, type KubeClient } from './client/client.ts';
export { connect } from './client/connect.ts';
export type { ReflectorObserver } from './observer.ts';
export { createOperator, type OperatorPart } from './operator/operator.ts';
export { resources } from './resources.ts';
export { createSecretReferences } from './secrets/source.ts';
export { readSnapshot, type Snapshot } from './snapshot.ts';
