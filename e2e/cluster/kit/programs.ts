// Which Kubernetes the tests run.
import { join } from 'node:path';

/** Path of one of the programs in KUBERNETES_BIN; a test without them fails, it never skips. */
export function program(name: 'etcd' | 'kube-apiserver' | 'kubectl'): string {
  const folder = process.env.KUBERNETES_BIN ?? '';
  if (folder === '')
    throw new Error(
      'KUBERNETES_BIN names no folder: run `npm test`, which builds etcd, kube-apiserver and kubectl',
    );
  return join(folder, name);
}
