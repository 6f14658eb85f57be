// An IngressRoute's part of a virtual host. `root.ts`: what concerns the host (name, namespace, TLS). `whole.ts`,
// `inspect.ts`: one object by itself. `delegation.ts`: the walk from a root to all routes of its host.
// `unsupported.ts`: fields that are accepted and not built yet. `build.ts` puts them together.
export { type BuiltRoot, buildRoot } from './build.ts';
