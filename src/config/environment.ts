// The only place that reads environment variables.
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Whether text for this terminal may have colours (https://no-color.org). */
export const wantsColours = (
  stream: { readonly isTTY?: boolean },
  environment: NodeJS.ProcessEnv = process.env,
): boolean => stream.isTTY === true && (environment.NO_COLOR ?? '') === '' && environment.TERM !== 'dumb';

/** The kubeconfig files that kubectl would read and merge: those of KUBECONFIG, or the one of the home directory. */
export function kubeconfigFiles(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  const named = (environment.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  return named.length > 0 ? named : [join(homedir(), '.kube', 'config')];
}

/** Whether this process runs in a pod: the kubelet tells each where the API server is. */
export const isInPod = (environment: NodeJS.ProcessEnv = process.env): boolean =>
  (environment.KUBERNETES_SERVICE_HOST ?? '') !== '';
