// The framework's Operator, made with a configuration that is given: its constructor would read the user's default
// one, and a broken file there would end a process that was told to use another.
import { KubeConfig } from '@kubernetes/client-node';

/** Runs `make`, in which `loadFromDefault` of every KubeConfig loads `config`. */
export function withDefaultConfig<T>(config: KubeConfig, make: () => T): T {
  const original = KubeConfig.prototype.loadFromDefault;
  KubeConfig.prototype.loadFromDefault = function loadGiven(this: KubeConfig) {
    const { clusters, users, contexts, currentContext } = config;
    this.loadFromOptions({ clusters, users, contexts, currentContext });
  };
  try {
    return make();
  } finally {
    KubeConfig.prototype.loadFromDefault = original;
  }
}
