// New credentials: an authority for this one time, and a certificate for each side. The library finds its parts by
// metadata of classes, which the language has not got.
import 'reflect-metadata';
import { randomBytes, type webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Issued } from './credentials.ts';

export interface IssueOptions {
  readonly now: Date;
  /** Days that all certificates are valid. */
  readonly days: number;
  /** DNS names of the server's certificate; the first is its common name. */
  readonly names: readonly string[];
}

/** What all certificates of one run share. */
interface Run {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const hourMs = 3_600_000;

/** P-256 is quick, and every TLS 1.2 and 1.3 client takes it. */
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/**
 * The authority's key is used twice and never stored, so nobody can sign a third certificate. An authority that outlived
 * what it signed would be of no use then: all three end on the same day. They begin an hour ago, for machines whose
 * clocks are behind.
 */
export async function issue({ now, days, names }: IssueOptions): Promise<Issued> {
  const run: Run = {
    notBefore: new Date(now.getTime() - hourMs),
    notAfter: new Date(now.getTime() + days * 24 * hourMs),
  };
  const authority = await authorityOf(run);
  const [serverName = 'contour'] = names;
  const server = { name: serverName, usage: x509.ExtendedKeyUsage.serverAuth, names };
  const client = { name: 'envoy', usage: x509.ExtendedKeyUsage.clientAuth, names: ['envoy'] };
  return { contour: await signed(run, authority, server), envoy: await signed(run, authority, client) };
}

interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly privateKey: webcrypto.CryptoKey;
}

/** Each has a name of its own, so that two are never taken for one. */
async function authorityOf({ notBefore, notAfter }: Run): Promise<Authority> {
  const keys = await newKeys();
  const { keyCertSign, cRLSign } = x509.KeyUsageFlags;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: [{ CN: [`contour xDS authority ${randomBytes(4).toString('hex')}`] }],
    ...{ notBefore, notAfter, keys, signingAlgorithm: algorithm },
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(keyCertSign | cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, privateKey: keys.privateKey };
}

interface Subject {
  readonly name: string;
  readonly usage: string;
  readonly names: readonly string[];
}

async function signed(run: Run, authority: Authority, { name, usage, names }: Subject) {
  const { notBefore, notAfter } = run;
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: [{ CN: [name] }],
    issuer: authority.certificate.subjectName,
    ...{ notBefore, notAfter, publicKey: keys.publicKey },
    signingKey: authority.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([usage]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value }))),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
    ],
  });
  return {
    authority: withLineEnd(authority.certificate.toString('pem')),
    certificate: withLineEnd(certificate.toString('pem')),
    key: await pemOf(keys.privateKey),
  };
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

/** Positive, not zero, and 126 random bits; RFC 5280 allows 20 bytes. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const base64 = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${base64.replace(/.{64}(?=.)/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;
}

const withLineEnd = (pem: string): string => `${pem.trimEnd()}\n`;
