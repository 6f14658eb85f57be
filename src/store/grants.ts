// Who may use whose secrets, from all TLSCertificateDelegations.
import type { TLSCertificateDelegation } from '../dag/objects.ts';
import { type DependencyKey, grantKey } from '../dag/view.ts';

/** As a target namespace it means all; in a changed key, all targets. */
const everyone = '*';

interface Grants {
  readonly owner: string;
  readonly secret: string;
  /** How many delegations name each target. */
  readonly targets: Map<string, number>;
}

export class GrantIndex {
  readonly #bySecret = new Map<string, Grants>();

  get size(): number {
    return this.#bySecret.size;
  }

  granted(owner: string, secret: string, target: string): boolean {
    const targets = this.#bySecret.get(`${owner}/${secret}`)?.targets;
    return targets !== undefined && (targets.has(everyone) || targets.has(target));
  }

  /** The grants that differ now; target `*` if it was given to all or taken from all. */
  replace(
    before: TLSCertificateDelegation | undefined,
    next: TLSCertificateDelegation | undefined,
  ): readonly DependencyKey[] {
    const touched = new Map<string, Touched>();
    this.#count(before, -1, touched);
    this.#count(next, 1, touched);
    return [...touched].flatMap(([id, grant]) => this.#changed(id, grant));
  }

  #count(delegation: TLSCertificateDelegation | undefined, by: 1 | -1, touched: Map<string, Touched>): void {
    if (delegation === undefined) return;
    const owner = delegation.namespace;
    for (const { secretName: secret, targetNamespaces } of delegation.delegations) {
      const id = `${owner}/${secret}`;
      const grants = this.#bySecret.get(id) ?? { owner, secret, targets: new Map<string, number>() };
      const entry = touched.get(id) ?? { owner, secret, before: new Map<string, boolean>() };
      this.#bySecret.set(id, grants);
      touched.set(id, entry);
      if (!entry.before.has(everyone)) entry.before.set(everyone, grants.targets.has(everyone));
      for (const target of targetNamespaces) {
        if (!entry.before.has(target)) entry.before.set(target, grants.targets.has(target));
        const count = (grants.targets.get(target) ?? 0) + by;
        if (count > 0) grants.targets.set(target, count);
        else grants.targets.delete(target);
      }
    }
  }

  #changed(id: string, { owner, secret, before }: Touched): readonly DependencyKey[] {
    const targets = this.#bySecret.get(id)?.targets;
    if (targets?.size === 0) this.#bySecret.delete(id);
    const forAll = targets?.has(everyone) ?? false;
    if (before.get(everyone) !== forAll) return [grantKey(owner, secret, everyone)];
    if (forAll) return [];
    return [...before].flatMap(([target, was]) =>
      was === (targets?.has(target) ?? false) ? [] : [grantKey(owner, secret, target)],
    );
  }
}

/** A secret that an event names, and which of its targets were granted before it. */
interface Touched {
  readonly owner: string;
  readonly secret: string;
  readonly before: Map<string, boolean>;
}
