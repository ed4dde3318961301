/** Ports and shortcuts for Node programs that use the client without a host. */
export { callbackListener } from './callbacks/serve/node-listener.ts';
export { createNodeClient, type NodeClient } from './node/client.ts';
export { type NodeFetch, type NodeFetchOptions, nodeFetch } from './node/fetch.ts';
export { inspectConnection } from './node/inspect-connection.ts';
export { type NodePorts, nodePorts } from './node/ports.ts';
export { type NodeSecretsOptions, nodeSecrets } from './node/secrets.ts';
export { type NodeSource, type NodeSourceOptions, resolveNodeSource } from './node/source.ts';
