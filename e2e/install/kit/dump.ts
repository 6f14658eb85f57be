// What a namespace looks like when a scenario fails in it.
import { kubectl } from './commands.ts';

const lines = '40';

/** Prints pods, what happened to them, and the end of their logs. */
export async function dump(namespace: string): Promise<void> {
  const show = async (...args: readonly string[]) => {
    const text = await kubectl(['--namespace', namespace, ...args]).catch(String);
    console.error(`$ kubectl --namespace ${namespace} ${args.join(' ')}\n${text}`);
  };
  await show('get', 'pods,services,ingresses', '--output=wide');
  await show('get', 'events', '--sort-by=.lastTimestamp');
  const pods = await kubectl(['--namespace', namespace, 'get', 'pods', '--output=name']).catch(() => '');
  for (const pod of pods.split('\n').filter((name) => name !== '')) {
    await show('logs', pod, '--all-containers', `--tail=${lines}`);
    await show('logs', pod, '--all-containers', `--tail=${lines}`, '--previous');
  }
}

/** For a step of a scenario: what it does, and, if it fails, what the namespaces look like. */
export async function dumpOnFailure(
  namespaces: readonly string[],
  step: () => Promise<unknown>,
): Promise<void> {
  try {
    await step();
  } catch (error) {
    for (const namespace of namespaces) await dump(namespace);
    throw error;
  }
}
