// Committed files that are made from the chart, or into it. `npm run golden` writes them, a test compares them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { withSources } from '../embedded.ts';
import { crdTemplates } from './crd-templates.ts';
import { helm, render, root } from './helm.ts';
import { valuesTable } from './values.ts';

/** Where goldens are: `NAME.values.yaml` -> `NAME.yaml`. */
export const testdata = 'src/testing/chart/testdata';

const end = '.values.yaml';

/** Names of the goldens, sorted. */
export const goldens = (): readonly string[] =>
  readdirSync(join(root, testdata))
    .filter((name) => name.endsWith(end))
    .map((name) => name.slice(0, -end.length))
    .sort();

/** The values of a golden. */
export const valuesOfGolden = (name: string): object =>
  parse(readFileSync(join(root, testdata, `${name}${end}`), 'utf8'));

/** Manifests for those without helm: flags of `helm template` by file of examples/deployment. */
const examples: Readonly<Record<string, readonly string[]>> = {
  'daemonset.yaml': [],
  'deployment.yaml': ['--set=envoy.kind=deployment'],
  'sidecar.yaml': ['--set=mode=sidecar,envoy.kind=deployment'],
};

/** What is written into the chart: by path from the checkout, what each file should hold. */
export function chartSources(): ReadonlyMap<string, string> {
  const readme = 'charts/contour/README.md';
  const values = () => valuesTable(readFileSync(join(root, 'charts/contour/values.yaml'), 'utf8'));
  const page = readFileSync(join(root, readme), 'utf8');
  return new Map([
    ...crdTemplates(),
    [readme, withSources(page, root, { 'charts/contour/values.yaml': values })],
  ]);
}

/** What the chart is rendered to: by path from the checkout, what each file should hold. */
export async function chartRenderings(): Promise<ReadonlyMap<string, string>> {
  const rendered = goldens().map(
    async (name) => [`${testdata}/${name}.yaml`, await render(valuesOfGolden(name))] as const,
  );
  const shown = Object.entries(examples).map(
    async ([file, flags]) => [`examples/deployment/${file}`, await example(flags)] as const,
  );
  return new Map(await Promise.all([...rendered, ...shown]));
}

/** Applied by kubectl, it isn't helm's. */
async function example(flags: readonly string[]): Promise<string> {
  const command = ['template', 'contour', 'charts/contour', '-n', 'heptio-contour', ...flags];
  const text = await helm([...command, '--set=crds.install=false', '--kube-version=1.34.0']);
  return [
    `# Written by \`npm run golden\`: helm ${command.join(' ')}`,
    '# Apply crds/ first, and put your registry in place of localhost/.',
    'apiVersion: v1',
    'kind: Namespace',
    'metadata:',
    '  name: heptio-contour',
    text.replaceAll(/^ *app.kubernetes.io\/managed-by: Helm\n/gm, ''),
  ].join('\n');
}
