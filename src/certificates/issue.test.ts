// What openssl and Node think of new certificates.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Issued } from './credentials.ts';
import { folderStore } from './folder.ts';
import { issue } from './issue.ts';

// Of today: openssl has a clock of its own.
const now = new Date();
let folder: string;
let issued: Issued;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'contour-issue-'));
  issued = await issue({ now, days: 365, names: ['contour', 'contour.ns.svc'] });
  await folderStore(folder).write(issued);
});
after(() => rmSync(folder, { recursive: true }));

function openssl(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

for (const [party, purpose, isGood] of [
  ['contour', 'sslserver', true],
  ['contour', 'sslclient', false],
  ['envoy', 'sslclient', true],
  ['envoy', 'sslserver', false],
] as const)
  test(`openssl: the certificate of ${party} is ${isGood ? '' : 'not '}good as ${purpose}`, () => {
    const other = party === 'contour' ? 'envoy' : 'contour';
    const checks = ['-x509_strict', '-purpose', purpose, '-CAfile', `${other}/ca.crt`];
    const { status, output } = openssl('verify', ...checks, `${party}/tls.crt`);
    assert.equal(status === 0, isGood, output);
    if (!isGood) assert.match(output, /unsuitable certificate purpose/);
  });

test('extensions are what RFC 5280 wants of each', () => {
  const authority = openssl('x509', '-in', 'envoy/ca.crt', '-noout', '-text').output;
  assert.match(authority, /Basic Constraints: critical\s+CA:TRUE, pathlen:0\n/);
  assert.match(authority, /Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
  const server = openssl('x509', '-in', 'contour/tls.crt', '-noout', '-text').output;
  assert.match(server, /Basic Constraints: critical\s+CA:FALSE\n/);
  assert.match(server, /Key Usage: critical\s+Digital Signature\n/);
  assert.match(server, /Extended Key Usage:\s+TLS Web Server Authentication\n/);
  assert.match(server, /Alternative Name:\s+DNS:contour, DNS:contour.ns.svc\n/);
  const keyId = /Subject Key Identifier:\s+([0-9A-F:]+)\n/.exec(authority)?.[1];
  assert.equal(/Authority Key Identifier:\s+(?:keyid:)?([0-9A-F:]+)\n/.exec(server)?.[1], keyId);
  assert.match(openssl('x509', '-in', 'contour/tls.crt', '-noout', '-text').output, /prime256v1/);
});

test('they end together, began an hour ago, and share nothing but their authority', async () => {
  const certificates = [issued.contour.authority, issued.contour.certificate, issued.envoy.certificate].map(
    (pem) => new X509Certificate(pem),
  );
  const seconds = (date: Date) => Math.floor(date.getTime() / 1_000);
  for (const { validFromDate, validToDate } of certificates) {
    assert.equal(seconds(validFromDate), seconds(now) - 3_600);
    assert.equal(seconds(validToDate), seconds(now) + 365 * 86_400);
  }
  const serials = certificates.map(({ serialNumber }) => serialNumber);
  assert.equal(new Set(serials).size, 3);
  for (const serial of serials) assert.match(serial, /^[4-7][0-9A-F]{31}$/);
  const keys = new Set([issued.contour.key, issued.envoy.key]);
  assert.equal(keys.size, 2);
  assert.equal(issued.contour.authority, issued.envoy.authority);
  const again = await issue({ now, days: 365, names: ['contour'] });
  assert.notEqual(
    new X509Certificate(again.contour.authority).subject,
    new X509Certificate(issued.contour.authority).subject,
  );
});
