// A Kubernetes cluster for `serve`: objects come by its API, and what becomes of them goes into their statuses.
import { hostname } from 'node:os';
import type { ClusterConfig } from '../config/serve.ts';
import { type Kind, objectKey } from '../dag/objects.ts';
import { secretsNamedBy } from '../dag/secret-names.ts';
import {
  connect,
  createKubeApi,
  createOperator,
  createSecretReferences,
  type OperatorPart,
  type ReflectorObserver,
} from '../kube/index.ts';
import type { Pipeline } from '../pipeline.ts';
import { aborted } from '../runtime/aborted.ts';
import { systemRandom } from '../runtime/random.ts';
import type { Runnable } from '../runtime/runnable.ts';
import { createStatusWriter, type StatusObserver } from '../status/index.ts';
import type { EventSink } from '../store/events.ts';
import { feedAddresses, fieldManagerOf } from './ingress-address.ts';
import type { Source, Surroundings } from './source.ts';

export interface ClusterOptions extends Surroundings {
  readonly cluster: ClusterConfig;
  readonly ingressClassName: string | undefined;
  readonly reflectors: ReflectorObserver;
  readonly statuses: StatusObserver;
}

/** Throws a StartError if the configuration of the cluster cannot be used. */
export function createClusterSource(options: ClusterOptions): Source {
  const { cluster, ingressClassName, reflectors, statuses, clock, log } = options;
  const { kubeconfig, watchNamespaces, ingressAddress } = cluster;
  const kubeConfig = connect(
    kubeconfig === undefined ? { kind: 'incluster' } : { kind: 'kubeconfig', path: kubeconfig },
  );
  const fieldManager = fieldManagerOf(ingressClassName);
  const api = createKubeApi({ kubeConfig, clock, fieldManager });
  const secrets = createSecretReferences();
  const writer = createStatusWriter({
    ...{ api, clock, log },
    random: systemRandom,
    observer: statuses,
    instance: hostname(),
    addressManager: ingressAddress && fieldManager,
  });
  const context = kubeConfig.getContextObject(kubeConfig.currentContext);
  const addresses =
    ingressAddress === undefined
      ? []
      : feedAddresses({
          ...{ api, clock, log, from: ingressAddress },
          random: systemRandom,
          observer: reflectors,
          ownNamespace: context?.namespace?.trim() || undefined,
          tell: writer.addresses.bind(writer),
        });
  let operator: OperatorPart | undefined;

  /** Ends after those who use them. */
  const connections: Runnable = {
    name: 'connections to the API server',
    async run(signal) {
      await aborted(signal);
      await api.close();
    },
  };

  /** The writer sees each object before it is judged, so it knows what its status says now. */
  const observed = (sink: EventSink, read: () => ReadonlyMap<Kind, number>): EventSink => ({
    apply(events) {
      writer.observe(events);
      sink.apply(events);
    },
    synced() {
      const counts = [...read()].map(([kind, count]) => `${count} ${kind}`).join(', ');
      log.info(`the cluster is read: ${counts || 'it has no object of ours'}`);
      sink.synced();
    },
  });

  return {
    about: kubeConfig.getCurrentCluster()?.server ?? 'the cluster',
    store: { absentSecret: secrets.absent },
    // Envoys first: what they are sent was scheduled before this.
    verdicts: (changed) => clock.soon(() => writer.verdicts(changed)),
    served() {},
    parts(pipeline: Pipeline, sink) {
      operator = createOperator({
        ...{ api, kubeConfig, clock, log, secrets, watchNamespaces },
        sink: observed(sink, () => pipeline.store.counts().objects),
        random: systemRandom,
        observer: reflectors,
        isRead: (namespace, name) => pipeline.graph.reads(objectKey('Secret', namespace, name)),
        namedSecrets: function* () {
          for (const object of pipeline.store.objects()) yield* secretsNamedBy(object);
        },
      });
      return [connections, writer, ...addresses, operator];
    },
    waiting: () => operator?.waiting() ?? ['the operator starts'],
  };
}
