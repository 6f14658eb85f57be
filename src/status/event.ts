// An Event of events.k8s.io/v1 about one of our objects. Pure.
import { hash } from 'node:crypto';
import type { ObjectKey } from '../dag/objects.ts';
import { namedBy } from '../dag/problems.ts';
import { apiVersionOf, resources } from '../kube/resources.ts';
import type { RawObject } from '../store/events.ts';
import { cutToBytes } from './cut.ts';

export interface EventFacts {
  readonly object: ObjectKey;
  readonly uid: string;
  readonly resourceVersion: string | undefined;
  readonly generation: number | undefined;
  readonly type: 'Warning' | 'Normal';
  /** A problem's code, `Orphaned` or `Valid`. */
  readonly reason: string;
  readonly note: string;
  readonly at: Date;
  /** Which of several controllers says so: the pod's name. */
  readonly instance: string;
}

/** The API's limits: bytes of a note, characters of a name and of an instance. */
const longestNote = 1_024;
const longestName = 253;
const longestInstance = 128;

/** As in IngressClasses. */
const controller = 'contour.heptio.com/ingress-controller';

/**
 * The same facts have the same name, whoever tells them and when: told twice, the second is `AlreadyExists`. The
 * Event is in the namespace of its object.
 */
export function eventOf(facts: EventFacts): RawObject {
  const { kind, namespace, name } = namedBy(facts.object);
  const note = cutToBytes(facts.note, longestNote);
  const { uid, resourceVersion } = facts;
  return {
    apiVersion: apiVersionOf(resources.events),
    kind: resources.events.kind,
    metadata: { namespace, name: eventName(name, [uid, facts.generation, facts.reason, note]) },
    eventTime: microTime(facts.at),
    type: facts.type,
    reason: facts.reason,
    note,
    action: 'Validate',
    regarding: {
      apiVersion: apiVersionOf(kind === 'Ingress' ? resources.ingresses : resources.ingressRoutes),
      ...{ kind, namespace, name, uid },
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    reportingController: controller,
    reportingInstance: facts.instance.slice(0, longestInstance),
  };
}

function eventName(name: string, facts: readonly unknown[]): string {
  const suffix = `.${hash('sha256', JSON.stringify(facts), 'hex').slice(0, 16)}`;
  return name.slice(0, longestName - suffix.length).replace(/[.-]+$/, '') + suffix;
}

/** v1.MicroTime: the API server refuses three digits. */
const microTime = (at: Date): string => at.toISOString().replace('Z', '000Z');
