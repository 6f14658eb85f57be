// What the store tells the graph after an event that changed something.
import type { DependencyKey } from './view.ts';

/** What may read differently now. Names every key that changed; may name too many, never too few. */
export interface Change {
  /**
   * Objects, the claims of their old and new hosts, and grants; the grant key with target `*` stands for all
   * targets of that secret.
   */
  readonly dependencies: readonly DependencyKey[];
  /** `namespace/service` whose endpoints changed; no host depends on these. */
  readonly services: readonly string[];
  /** A user changed an IngressRoute or an Ingress: its hosts are built before those that merely share something. */
  readonly userEdit: boolean;
}
