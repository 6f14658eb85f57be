// The CRDs as templates of the chart, so that an upgrade upgrades them, which helm doesn't for a chart's folder crds.
import { basename } from 'node:path';
import { crdFiles } from '../crd-files.ts';

/** By path from the checkout: what each file should hold. */
export const crdTemplates = (): ReadonlyMap<string, string> =>
  new Map(
    [...crdFiles()].map(([path, text]) => [
      `charts/contour/templates/crds/${basename(path)}`,
      templateOf(text),
    ]),
  );

/** The CRD with the annotation by which helm leaves it in place at the end: with it would go every IngressRoute. */
export function templateOf(crd: string): string {
  if (crd.includes('{{')) throw new Error('the CRD has {{ in it, which helm would take for its own');
  const [head = '', ...rest] = crd.split(/^(?=apiVersion)/m);
  const kept = rest
    .join('')
    .replace(
      /^metadata:\n( {2}name: .*\n)/m,
      'metadata:\n$1  annotations:\n    helm.sh/resource-policy: keep\n',
    );
  if (!kept.includes('keep')) throw new Error('the CRD has no metadata.name to put the annotation after');
  return `${head}{{- if .Values.crds.install }}\n${kept}{{- end }}\n`;
}
