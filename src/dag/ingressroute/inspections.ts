// What an IngressRoute by itself and each of its routes came to, found out once for all hosts that share them.
import type { ServiceContext } from '../cluster.ts';
import type { Action } from '../model.ts';
import type { IngressRoute, Service } from '../objects.ts';
import type { Problem } from '../problems.ts';
import { forwardTo } from '../services.ts';
import { type Entry, type Inspection, inspect } from './inspect.ts';

export interface Outcome {
  readonly action: Action;
  readonly problems: readonly Problem[];
  /** A secret of authorities is not known yet. */
  readonly incomplete: boolean;
}

interface Known {
  /** What stood behind the route's references. */
  readonly services: readonly (Service | undefined)[];
  readonly outcome: Outcome;
}

const unavailable: Outcome = {
  action: { kind: 'respond', status: 503 },
  problems: [],
  incomplete: false,
};

/** Of one graph, whose settings never change. Remembers an object as long as it lives. */
export class Inspections {
  readonly #objects = new WeakMap<IngressRoute, Inspection>();
  readonly #routes = new WeakMap<Entry, Known>();

  of(object: IngressRoute): Inspection {
    const known = this.#objects.get(object);
    if (known !== undefined) return known;
    const inspection = inspect(object);
    this.#objects.set(object, inspection);
    return inspection;
  }

  /** What a route that doesn't delegate does. Reads its Services through the context's view, remembered or not. */
  outcome(context: ServiceContext, { object }: Inspection, entry: Entry): Outcome {
    if (entry.target.kind !== 'services') return unavailable;
    const { match: route, websockets, policy } = entry;
    const { services: references } = entry.target;
    const make = () =>
      forwardTo(context, { namespace: object.namespace, services: references, websockets, policy, route });
    // Authorities are counted against what each host may have.
    if (references.some(({ validation }) => validation !== undefined)) return make();
    const services = references.map(({ name }) => context.view.service(object.namespace, name));
    const known = this.#routes.get(entry);
    if (known !== undefined && services.every((service, index) => service === known.services[index]))
      return known.outcome;
    const outcome = make();
    this.#routes.set(entry, { services, outcome });
    return outcome;
  }
}
