// Committed files that are made from sources, whole or in part. `npm run golden` writes them, a test compares them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crdFiles } from './crd-files.ts';
import { withSources } from './embedded.ts';
import { fieldTable } from './field-table.ts';
import { problemPage } from './problem-page.ts';

/** By path from `root`, the checkout: what each file should hold. */
export function generatedFiles(root: string): ReadonlyMap<string, string> {
  const crds = crdFiles();
  const fieldsOf = (plural: string) => () => fieldTable(crds.get(`crds/${plural}.yaml`) ?? '');
  const tables = {
    'ingressroutes:fields': fieldsOf('ingressroutes'),
    'tlscertificatedelegations:fields': fieldsOf('tlscertificatedelegations'),
  };
  const guide = 'docs/ingressroute.md';
  return new Map([
    ...crds,
    ['docs/problems.md', problemPage(join(root, 'src/features/testdata'), '../src/features/testdata')],
    [guide, withSources(readFileSync(join(root, guide), 'utf8'), root, tables)],
  ]);
}
