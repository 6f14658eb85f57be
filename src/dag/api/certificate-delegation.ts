// The spec of a TLSCertificateDelegation.
import { list, object, type Read, text } from './kinds.ts';

const mostDelegations = 1_024;
const mostTargets = 4_096;

const delegation = object(
  {
    secretName: text('Name of a Secret of type kubernetes.io/tls in this namespace.'),
    targetNamespaces: list(
      text('Name of a namespace, or "*".'),
      mostTargets,
      'Namespaces that may use it; "*" among them means all.',
    ),
  },
  'A Secret and who may use it.',
);

export const certificateDelegationSpec = object(
  { delegations: list(delegation, mostDelegations, 'One entry for each Secret.') },
  'Which Secrets are for whom.',
);

export type CertificateDelegation = Read<typeof delegation>;
