// Whether credentials that are there can stay: each complete and of use to its owner, and each side taken by the other.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { messageOf } from '../runtime/errors.ts';
import { type Credentials, type Found, fields, fileNames, type Party, parties } from './credentials.ts';

const dayMs = 86_400_000;

/** Days before its end at which a certificate is renewed: a month of runs that may fail. */
export const longestMargin = 30;

export interface Judge {
  readonly now: Date;
  /** DNS names that the server's certificate must have. */
  readonly names: readonly string[];
}

interface Parsed {
  readonly chain: readonly X509Certificate[];
  readonly authorities: readonly X509Certificate[];
}

/** Certificates of a file that are looked at; a Secret's megabyte holds over a thousand. */
const mostCertificates = 20;

/** Purposes of RFC 5280, 4.2.1.12: what each party uses its certificate for. */
const purposes: Readonly<Record<Party, string>> = {
  contour: '1.3.6.1.5.5.7.3.1',
  envoy: '1.3.6.1.5.5.7.3.2',
};
const anyPurpose = '2.5.29.37.0';

/** Why new ones are needed, in the user's words; undefined: all is well. */
export function faultOf(found: Found, judge: Judge): string | undefined {
  if (parties.every((party) => fields.every((field) => !found[party][field]))) return 'there are none yet';
  const parsed = new Map<Party, Parsed>();
  for (const party of parties) {
    const read = parse(party, found[party]);
    if (typeof read === 'string') return read;
    parsed.set(party, read);
  }
  const [contour, envoy] = [parsed.get('contour'), parsed.get('envoy')];
  if (contour === undefined || envoy === undefined) return 'there are none yet';
  return (
    partyFault('contour', contour, judge) ??
    partyFault('envoy', envoy, judge) ??
    namesFault(contour, judge) ??
    trustFault('contour', contour, envoy, judge) ??
    trustFault('envoy', envoy, contour, judge)
  );
}

/** When the first certificate of the two that are shown ends; of credentials without a fault. */
export function lastDay(found: Found): Date {
  const ends = parties.map((party) => new X509Certificate(found[party].certificate ?? '').validToDate);
  return new Date(Math.min(...ends.map((end) => end.getTime())));
}

/** What is wrong, or the certificates. */
function parse(party: Party, found: Partial<Credentials>): Parsed | string {
  for (const field of fields) if (!found[field]) return `${party}/${fileNames[field]} is missing`;
  const { authority = '', certificate = '', key = '' } = found;
  try {
    const [chain, authorities] = [certificatesOf(certificate), certificatesOf(authority)];
    const [own] = chain;
    if (own === undefined || authorities.length === 0)
      return `${party}/${own === undefined ? 'tls.crt' : 'ca.crt'} has no certificate`;
    if (!own.checkPrivateKey(createPrivateKey(key)))
      return `${party}/tls.key is not the key of ${party}/tls.crt`;
    return { chain, authorities };
  } catch (error) {
    return `what is there for ${party} cannot be read (${messageOf(error)})`;
  }
}

function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.slice(0, mostCertificates).map((block) => new X509Certificate(block));
}

function partyFault(party: Party, { chain }: Parsed, { now }: Judge): string | undefined {
  const [own] = chain;
  if (own === undefined) return undefined;
  const file = `${party}/tls.crt`;
  if (own.validFromDate > now) return `${file} is valid from ${dayOf(own.validFromDate)} on only`;
  if (!lasts(own, now))
    return `${file} ${own.validToDate < now ? 'expired' : 'expires'} on ${dayOf(own.validToDate)}`;
  // Of a certificate node calls the extended usages keyUsage; one without them is for everything.
  const usages: readonly string[] = own.keyUsage ?? [anyPurpose];
  if (usages.includes(purposes[party]) || usages.includes(anyPurpose)) return undefined;
  return `${file} is not for ${party === 'contour' ? 'servers' : 'clients'}`;
}

function namesFault({ chain }: Parsed, { names }: Judge): string | undefined {
  const missing = names.find((name) => chain[0]?.checkHost(name, { subject: 'never' }) === undefined);
  return missing === undefined ? undefined : `contour/tls.crt is not for the name ${missing}`;
}

/** Whether the other side takes this one's certificate. */
function trustFault(party: Party, { chain }: Parsed, other: Parsed, { now }: Judge): string | undefined {
  const lasting = (certificate: X509Certificate) => certificate.ca && lasts(certificate, now);
  const authorities = other.authorities.filter(lasting);
  if (leadsTo(chain, chain.filter(lasting), authorities)) return undefined;
  const [otherParty] = parties.filter((one) => one !== party);
  return `${party}/tls.crt does not come from an authority of ${otherParty}/ca.crt that is valid for ${longestMargin} more days`;
}

/** Goes from the first of the chain up, at most as often as there are certificates in it. */
function leadsTo(
  chain: readonly X509Certificate[],
  between: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): boolean {
  let current = chain[0];
  for (let steps = 0; steps < chain.length && current !== undefined; steps += 1) {
    const signed: X509Certificate = current;
    if (authorities.some((authority) => signs(authority, signed))) return true;
    current = between.find((one) => one !== signed && signs(one, signed));
  }
  return false;
}

const signs = (issuer: X509Certificate, signed: X509Certificate): boolean =>
  signed.checkIssued(issuer) && signed.verify(issuer.publicKey);

const lasts = (certificate: X509Certificate, now: Date): boolean =>
  certificate.validToDate.getTime() - now.getTime() > longestMargin * dayMs;

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
