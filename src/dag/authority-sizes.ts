// How many bytes of authorities a namespace may put into the clusters of one host. Each cluster has its own copy, and
// a route of 60 bytes can ask for another one.

/** Some dozens of Services with the authorities of a company, or two with those of an operating system. */
export const mostAuthorityBytes = 512 * 1024;

export class AuthoritySizes {
  readonly #left = new Map<string, number>();
  readonly #counted = new Set<string>();

  /** False: there is no room. What differs in no way (`identity`) is counted once. */
  take(namespace: string, identity: string, bytes: number): boolean {
    const key = `${namespace} ${identity}`;
    if (this.#counted.has(key)) return true;
    const left = (this.#left.get(namespace) ?? mostAuthorityBytes) - bytes;
    if (left < 0) return false;
    this.#left.set(namespace, left);
    this.#counted.add(key);
    return true;
  }
}
