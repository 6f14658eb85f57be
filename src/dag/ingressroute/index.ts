// An IngressRoute's part of a virtual host. `root.ts`: what concerns the host (name, namespace, TLS). `whole.ts`,
// `inspect.ts`: one object by itself. `delegation.ts`: the walk from a root to all routes of its host.
// `inspections.ts` remembers both for all hosts. `policy.ts`, `service-problems.ts`: what stands in a route.
// `tcp-proxy.ts`: the walk for connections. `build.ts` puts them together.
export { type BuiltRoot, buildRoot, nothing } from './build.ts';
export { Inspections } from './inspections.ts';
