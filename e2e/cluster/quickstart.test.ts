// What the documents tell a user to apply, applied with kubectl, requested, edited and deleted.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { selfSigned } from '../../src/testing/certificates.ts';
import { service } from '../kit/manifests.ts';
import { type ClusterWorld, rows, startClusterWorld, testAddress, within } from './kit/index.ts';

const examples = join(import.meta.dirname, '../../examples/quickstart');
const example = (file: string) => readFile(join(examples, file), 'utf8');
let world: ClusterWorld;
const apply = (yaml: string) => world.cluster.kubectl(['apply', '-f', '-'], yaml);
before(async () => {
  world = await startClusterWorld();
});
after(() => world?.close());

/** As Kubernetes itself keeps them for the pods of a Service. */
async function endpoints(namespace: string, name: string, port: number): Promise<void> {
  await world.cluster.objects.apply(...within(namespace, ...service(name, port, testAddress()).slice(1)));
}

describe('the quickstart', () => {
  test('applied with kubectl, its hosts answer', async () => {
    const { kubectl, directory } = world.cluster;
    const { certificate, key } = await selfSigned('shop.localhost');
    const [certificateFile, keyFile] = [join(directory, 'tls.crt'), join(directory, 'tls.key')];
    await Promise.all([writeFile(certificateFile, certificate), writeFile(keyFile, key)]);
    await kubectl(['create', 'secret', 'tls', 'shop-tls', `--cert=${certificateFile}`, `--key=${keyFile}`]);
    for (const file of ['blog.yaml', 'broken.yaml', 'everyone.yaml', 'shop.yaml'])
      await apply(await example(file));
    const services = (await example('services.yaml'))
      .split(/^---$/m)
      .filter((text) => /kind: Service$/m.test(text));
    await apply(services.join('---\n'));
    await endpoints('default', 'blog', world.one.port);
    await endpoints('default', 'shop', world.two.port);
    await world.answers({ host: '127.0.0.1' }, 'one');
    await world.answers({ host: 'blog.localhost' }, 'one');
    await world.answers({ host: 'shop.localhost', path: '/health' }, 'two');
    await world.answers({ host: 'shop.localhost' }, 301);
    await world.answers({ host: 'shop.localhost', tls: { sni: 'shop.localhost' } }, 'two');
    await world.answers({ host: 'broken.localhost' }, 'one');
    await world.answers({ host: 'broken.localhost', path: '/reports' }, 503);
  });

  test('kubectl lists each with its host and what is wrong with it', async () => {
    await Promise.all([
      world.status('default/blog', 'valid'),
      world.status('default/broken', 'invalid'),
      world.status('default/shop', 'valid'),
    ]);
    const table = await world.cluster.kubectl(['get', 'ingressroutes.contour.heptio.com', '-A']);
    const cells = rows(table).map((row) =>
      ['NAMESPACE', 'NAME', 'FQDN', 'TLS SECRET', 'STATUS', 'STATUS DESCRIPTION'].map((head) =>
        row.get(head),
      ),
    );
    assert.deepEqual(cells, [
      ['default', 'blog', 'blog.localhost', '', 'valid', 'valid IngressRoute'],
      [
        ...['default', 'broken', 'broken.localhost', '', 'invalid'],
        'route "/reports": Service [missing:80] is invalid or missing: there is no Service default/missing',
      ],
      ['default', 'shop', 'shop.localhost', 'shop-tls', 'valid', 'valid IngressRoute'],
    ]);
    assert.match(table, /^NAMESPACE .* AGE$/m);
  });

  test('an edit of a route is served', async () => {
    const edited = (await example('shop.yaml')).replaceAll('name: shop, port', 'name: blog, port');
    await apply(edited);
    await world.answers({ host: 'shop.localhost', path: '/health' }, 'one');
  });

  test('what was missing is created, and the route is repaired', async () => {
    const { kubectl } = world.cluster;
    await kubectl(['create', 'service', 'clusterip', 'missing', '--tcp=80:8080']);
    await world.status('default/broken', 'valid');
  });

  test('a deleted route leaves its host to the Ingress for all hosts, and that one leaves nobody', async () => {
    const { kubectl } = world.cluster;
    await kubectl(['delete', 'ingressroute', 'shop']);
    await world.answers({ host: 'shop.localhost' }, 'one');
    await kubectl(['delete', '-f', join(examples, 'everyone.yaml')]);
    await world.answers({ host: 'shop.localhost' }, 404);
    await world.answers({ host: 'blog.localhost' }, 'one');
  });
});

test('an example application behind an Ingress for host * answers under every name', async () => {
  await world.cluster.namespace('kuard');
  await apply(`
apiVersion: v1
kind: Service
metadata: { namespace: kuard, name: kuard, labels: { app: kuard } }
spec:
  selector: { app: kuard }
  ports: [{ name: http, port: 80, protocol: TCP, targetPort: 8080 }]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { namespace: kuard, name: kuard, labels: { app: kuard } }
spec:
  defaultBackend: { service: { name: kuard, port: { number: 80 } } }
`);
  await endpoints('kuard', 'kuard', world.two.port);
  await world.answers({ host: 'anything.test', path: '/any/path' }, 'two');
  const [listed] = rows(await world.cluster.kubectl(['get', 'ingress', '-n', 'kuard']));
  assert.deepEqual([listed?.get('NAME'), listed?.get('HOSTS')], ['kuard', '*']);
});
