// What a reflector tells people about failures: each kind once, with its remedy, and when it is over.
import type { Log } from '../../runtime/log.ts';
import type { ApiError } from '../api.ts';
import { type Resource, resources } from '../resources.ts';

/** `ingresses.networking.k8s.io`, as in RBAC rules and for kubectl. */
export const fullName = ({ group, plural }: Resource): string =>
  group === '' ? plural : `${plural}.${group}`;

/** Only a kind that is defined by a CRD can be missing. */
export const mayBeAbsent = ({ group }: Resource): boolean => group === resources.ingressRoutes.group;

/** What to do about a failure; empty if only waiting helps. */
export function remedyFor(code: number, resource: Resource, namespace: string | undefined): string {
  if (code === 401) return 'the API server does not accept our credentials: check the token or kubeconfig';
  if (code !== 403) return '';
  const role = namespace === undefined ? 'a ClusterRole' : `a Role in namespace ${namespace}`;
  return `grant get, list and watch on ${fullName(resource)} to our service account by ${role}`;
}

export interface TroubleOptions {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly log: Log;
}

export class Trouble {
  readonly #options: TroubleOptions;
  readonly #told = new Set<number>();
  #failures = 0;
  #brief: string | undefined;

  constructor(options: TroubleOptions) {
    this.#options = options;
  }

  /** Kind and HTTP status of the last failure, undefined after a success; the log has the server's words. */
  get brief(): string | undefined {
    return this.#brief;
  }

  /** One cut connection is everyday life; a second failure in a row is worth a line, and so is what needs a person. */
  failed(error: ApiError): void {
    const { resource, namespace, log } = this.#options;
    const remedy = remedyFor(error.code, resource, namespace);
    const message = remedy === '' ? error.message : `${error.message}; ${remedy}`;
    this.#brief = `${fullName(resource)}: ${error.code === 0 ? 'no answer' : `answered ${error.code}`}`;
    this.#failures++;
    const expected = error.code === 404 && mayBeAbsent(resource);
    const worthTelling = remedy !== '' || (this.#failures > everyday(error.code) && !expected);
    if (!worthTelling || this.#told.has(error.code)) {
      log.debug(message);
      return;
    }
    this.#told.add(error.code);
    log.warn(`${message}; trying again`);
  }

  recovered(): void {
    const { resource, namespace, log } = this.#options;
    if (this.#told.size > 0)
      log.info(`${fullName(resource)}${namespace === undefined ? '' : ` in ${namespace}`}: following again`);
    this.#told.clear();
    this.#failures = 0;
    this.#brief = undefined;
  }
}

/** How many failures in a row are no news. A version is often too old after a cut, and a list cures it. */
const everyday = (code: number): number => (code === 410 ? 5 : 1);
