// The chart as a user installs it, with the images of this run.
import assert from 'node:assert/strict';
import { eventually } from '../../../src/testing/deadline.ts';
import { helm, kubectl } from './commands.ts';
import { readState } from './state.ts';

export const release = 'contour';
/** Where the chart's objects are. */
export const home = 'heptio-contour';

const { images } = readState();
const chart = 'charts/contour';

/** `key=value`, as `--set` takes it. */
export type Setting = string;

const settings = (image: string, at: string): readonly Setting[] => {
  const colon = image.lastIndexOf(':');
  return [`${at}.image.repository=${image.slice(0, colon)}`, `${at}.image.tag=${image.slice(colon + 1)}`];
};

const ours = [...settings(images.contour, 'contour'), ...settings(images.envoy, 'envoy')];
const flags = (more: readonly Setting[]) => [...ours, ...more].flatMap((setting) => ['--set', setting]);
const wait = ['--namespace', home, '--wait', '--timeout', '4m'];

/** `path`: of another chart than that of the checkout. Resolves, with helm's words, when every pod is ready. */
export const install = (more: readonly Setting[] = [], path: string = chart): Promise<string> =>
  helm(['install', release, path, '--create-namespace', ...wait, ...flags(more)]);

export const upgrade = (more: readonly Setting[] = []): Promise<string> =>
  helm(['upgrade', release, chart, ...wait, ...flags(more)]);

/** Resolves when all that the chart installed is gone, but what it keeps. Fails if an Envoy ever refused anything. */
export async function uninstall(): Promise<void> {
  const logs = ['logs', `--selector=app.kubernetes.io/instance=${release}`, '--all-containers', '--tail=-1'];
  let said = '';
  try {
    // A pod that has just come has no logs to show yet.
    const read = () => kubectl(['--namespace', home, ...logs, '--max-log-requests=50']);
    said = await eventually(read, { within: 60_000, every: 1_000 });
  } finally {
    await helm(['uninstall', release, ...wait]);
  }
  assert.match(said, /\S/, 'contour and Envoy have logs');
  assert.doesNotMatch(said, /Envoy refused| rejected: /);
}

/** What a scenario that broke off has left is no matter of the next one. */
export async function cleanUp(): Promise<void> {
  await helm(['uninstall', release, '--ignore-not-found', ...wait]);
  await kubectl(['delete', 'namespace', home, 'team', '--ignore-not-found']);
}

/** Removes what `uninstall` keeps: the kinds, with every object of them and what the API server made for them. */
export async function removeKinds(): Promise<void> {
  await kubectl(['delete', '--ignore-not-found', '--filename=crds']);
  const served = ['get', 'apiservice', 'v1beta1.contour.heptio.com', '--ignore-not-found', '--output=name'];
  await eventually(async () => assert.equal(await kubectl(served), ''));
}

/** Everything of the cluster, as `KIND.GROUP NAMESPACE/NAME`, but what comes and goes by itself. */
export async function everything(): Promise<ReadonlySet<string>> {
  const kinds = (await kubectl(['api-resources', '--verbs=list', '--output=name'])).trim().split('\n');
  const lasting = kinds.filter((kind) => !passing.test(kind));
  const format = '{range .items[*]}{.kind} {.metadata.namespace}/{.metadata.name}{"\\n"}{end}';
  const lists = lasting.map((kind) =>
    kubectl(['get', kind, '--all-namespaces', `--output=jsonpath=${format}`]),
  );
  return new Set((await Promise.all(lists)).join('').trim().split('\n'));
}

const passing = /^(events|leases|componentstatuses|controllerrevisions|endpoints|endpointslices)(\.|$)/;
