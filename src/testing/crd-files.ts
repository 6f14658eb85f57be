// crds/*.yaml, from the schemas of the API.
import { stringify } from 'yaml';
import { certificateDelegationCrd, ingressRouteCrd } from '../dag/api/crd.ts';

const head = '# Written by `npm run golden` from src/dag/api.\n';

/** By path from the root of the checkout: what each file should hold. */
export const crdFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ['crds/ingressroutes.yaml', textOf(ingressRouteCrd())],
    ['crds/tlscertificatedelegations.yaml', textOf(certificateDelegationCrd())],
  ]);

const textOf = (crd: object): string => head + stringify(crd, { aliasDuplicateObjects: false, lineWidth: 0 });
