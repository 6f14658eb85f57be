// The kit of the tests with a real API server, by its doors. A test file starts one cluster (5 s) and ends it:
//
//   const world = await startClusterWorld({ tenants: ['shop'] });   cluster + contour + Envoy + backends one and two
//   await world.cluster.kubectl(['apply', '-f', '-'], yaml);         as a user
//   await world.cluster.objects.apply(ingressRoute('shop/root', { '/': { service: 'one' } }, { fqdn: 'shop.test' }));
//   await world.answers({ host: 'shop.test' }, 'one');               through Envoy
//   await world.status('shop/root', 'valid');                        as stored
//   await world.close();
//
// `startCluster()` is the cluster alone: `apiServer.stop()` and `.start()` (same port, same data), `compact()`,
// `kubeconfig('admin' | 'contour' | 'limited')`, `objects` (direct), `kubectl`. A world on a cluster that a test
// starts by itself: `startClusterWorld({ cluster, kubeconfig })`, say behind a proxy.
// `startFaultWorld()` (fault-world.ts) is such a world under traffic: `survives(t, fault)` changes objects while a fault of
// the proxy lasts (gap.ts) and compares what is left with a contour that has just started (fresh.ts).
// Everything listens on 127.0.0.1, backends on `testAddress()`.
export { testAddress } from './address.ts';
export { type ApiServer, tokenOf, type User } from './api-server.ts';
export { type Cluster, type ClusterOptions, startCluster } from './cluster.ts';
export { rows } from './kubectl.ts';
export { ingressRoute, type Target, within } from './manifests.ts';
export type { Objects, Stored } from './objects.ts';
export { type ClusterWorld, type ClusterWorldOptions, startClusterWorld } from './world.ts';
