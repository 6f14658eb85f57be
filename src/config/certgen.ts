// Configuration of `contour certgen`.
import type { Values } from './flag.ts';
import { certgenFlags } from './flags.ts';
import { type Given, type Resolved, resolved, resolveFlags } from './resolve.ts';
import type { ClusterPlace } from './validate.ts';

export interface CertgenConfig {
  readonly target: CertgenTarget;
  /** Names of the xDS server beside `contour`, which every Envoy of ours asks for. */
  readonly dnsNames: readonly string[];
  readonly days: number;
  readonly overwrite: boolean;
}

export type CertgenTarget =
  | {
      readonly kind: 'files';
      readonly directory: string;
      /** Of the Service `contour`; undefined: there is none. */
      readonly namespace: string | undefined;
    }
  | {
      readonly kind: 'secrets';
      readonly cluster: ClusterPlace;
      /** Undefined: that of the cluster's context. */
      readonly namespace: string | undefined;
      readonly names: { readonly contour: string; readonly envoy: string };
    };

export interface CertgenSurroundings {
  /** What kubectl reads by default, as `kubeconfigFiles` finds it. */
  readonly kubeconfigs: readonly string[];
  readonly inPod: boolean;
}

/** All mistakes at once, each with its remedy. */
export function resolveCertgen(given: Given, around: CertgenSurroundings): Resolved<CertgenConfig> {
  const { values, mistakes } = resolveFlags(certgenFlags, given);
  const target = targetOf(values, around, mistakes);
  const { 'dns-name': dnsNames, 'certificate-lifetime': days, overwrite } = values;
  // Names are compared byte by byte by Envoy.
  return resolved(
    { target, dnsNames: dnsNames.map((name) => name.toLowerCase()), days, overwrite },
    mistakes,
  );
}

type CertgenFlags = Values<typeof certgenFlags>;

function targetOf(flags: CertgenFlags, around: CertgenSurroundings, mistakes: string[]): CertgenTarget {
  const { kube, output, namespace, 'contour-secret': contour, 'envoy-secret': envoy } = flags;
  if (kube === (output !== undefined))
    mistakes.push(
      kube
        ? '--kube and --output are two places; give one of them'
        : 'no place for the certificates; give --kube for Secrets of a cluster, or --output FOLDER for files',
    );
  if (!kube) {
    const unused = flags.kubeconfig !== undefined ? '--kubeconfig' : flags.incluster ? '--incluster' : '';
    if (unused !== '' && output !== undefined)
      mistakes.push(`${unused} says which cluster; give --kube instead of --output to write Secrets there`);
    return { kind: 'files', directory: output ?? '', namespace };
  }
  if (contour === envoy)
    mistakes.push(`--contour-secret and --envoy-secret are both ${contour}; give two names`);
  const cluster = clusterOf(flags, around, mistakes);
  return { kind: 'secrets', cluster, namespace, names: { contour, envoy } };
}

function clusterOf(flags: CertgenFlags, around: CertgenSurroundings, mistakes: string[]): ClusterPlace {
  const { kubeconfig, incluster } = flags;
  if (kubeconfig !== undefined && incluster)
    mistakes.push('--kubeconfig and --incluster are different clusters; give one of them');
  if (kubeconfig !== undefined) return { kind: 'kubeconfig', path: kubeconfig };
  if (incluster || around.inPod) return { kind: 'incluster' };
  const [first = '', ...others] = around.kubeconfigs;
  if (others.length > 0)
    mistakes.push('KUBECONFIG names several files, which are not merged; name one with --kubeconfig');
  return { kind: 'kubeconfig', path: first };
}
