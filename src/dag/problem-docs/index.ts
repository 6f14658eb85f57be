// What is written about every problem of the catalogue.
import { delegation } from './delegation.ts';
import type { Code, ProblemDoc } from './doc.ts';
import { hosts } from './hosts.ts';
import { routes } from './routes.ts';
import { services } from './services.ts';
import { tls } from './tls.ts';

export { type Code, effects, type ProblemDoc } from './doc.ts';

/** A new problem doesn't compile until it is here. */
export const problemDocs: Readonly<Record<Code, ProblemDoc>> = {
  ...hosts,
  ...tls,
  ...routes,
  ...services,
  ...delegation,
};

/** In the order of the page. */
export const families: readonly { readonly title: string; readonly docs: Partial<typeof problemDocs> }[] = [
  { title: 'Hosts and objects', docs: hosts },
  { title: 'TLS and tcpproxy', docs: tls },
  { title: 'Routes', docs: routes },
  { title: 'Services', docs: services },
  { title: 'Delegation', docs: delegation },
];
