// What happens to the objects of a cluster while contour cannot see them: created, edited, deleted, and deleted and
// created anew. Each round has hosts of its own, so that nothing of the round before answers for it.
import assert from 'node:assert/strict';
import { selfSigned } from '../../../src/testing/certificates.ts';
import { eventually } from '../../../src/testing/deadline.ts';
import { ingress, type Manifest, service } from '../../kit/manifests.ts';
import { testAddress } from './address.ts';
import { ingressRoute, within } from './manifests.ts';
import { tlsSecretManifest } from './secret-manifest.ts';
import type { ClusterWorld } from './world.ts';

/** Where all of it lives; the Services `one` and `two` are there. */
export const gapNamespace = 'gap';

/** A host that no round touches. */
export const stableHost = 'stable.test';

export const stableObjects = (): Manifest[] => [route('stable', stableHost, 'one')];

export interface Gap {
  /** Creates what the round is about and waits until it is served. */
  prepare(): Promise<void>;
  change(): Promise<void>;
  /** Waits until Envoy answers as the changes say. */
  served(): Promise<void>;
  /** After the changes: every IngressRoute whose status they changed is edited once more. */
  edit(): Promise<void>;
}

const route = (name: string, fqdn: string, to: string, secretName?: string): Manifest =>
  ingressRoute(
    `${gapNamespace}/${name}`,
    { '/': { service: to } },
    { fqdn, ...(secretName !== undefined && { secretName }) },
  );

export function openGap({ cluster: { objects }, ask, answers, one }: ClusterWorld, round: number): Gap {
  const host = (name: string) => `${name}-${round}.test`;
  const certificate = async (commonName: string) =>
    tlsSecretManifest(
      `${gapNamespace}/certificate`,
      await selfSigned(commonName, { names: [host('secure')] }),
    );
  const gone = route(`gone-${round}`, host('gone'), 'one');
  const [away] = within(gapNamespace, ingress(`away-${round}`, host('away'), { '/': 'one' }));
  const lent = within(gapNamespace, ...service('lent', one.port, testAddress()));
  const phoenix = (to: string) => route('phoenix', host('phoenix'), to);
  const edited = (to: string) => route('edited', host('edited'), to);
  const borrower = (from: string) => route('borrower', host('borrower'), from);
  const created = (to: string) => route(`new-${round}`, host('new'), to);
  assert.ok(away);
  const expect = async (expected: Readonly<Record<string, string | number>>, commonName: string) => {
    for (const [name, outcome] of Object.entries(expected)) await answers({ host: host(name) }, outcome);
    await eventually(async () => {
      const answer = await ask({ host: host('secure'), tls: { sni: host('secure') } });
      assert.deepEqual([answer.status, answer.certificate], [200, commonName]);
    });
  };
  return {
    async prepare() {
      await objects.apply(
        ...[gone, away, ...lent, phoenix('one'), edited('one')],
        borrower('lent'),
        route('secure', host('secure'), 'one', 'certificate'),
        await certificate('before'),
      );
      await expect({ gone: 'one', away: 'one', borrower: 'one', phoenix: 'one', edited: 'one' }, 'before');
    },
    async edit() {
      await objects.apply(phoenix('one'), edited('one'), created('one'), borrower('missing'));
    },
    async change() {
      await objects.remove(gone, away, ...lent, phoenix('one'));
      await objects.apply(phoenix('two'), edited('two'), created('two'));
      await objects.apply(await certificate('after'));
    },
    served: () =>
      expect({ gone: 404, away: 404, borrower: 503, phoenix: 'two', edited: 'two', new: 'two' }, 'after'),
  };
}
