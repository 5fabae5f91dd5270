import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { authorityName, isPublicIpv4 } from './machine-names.js';
import { permittedAddress, permittedNetwork, tagged } from './name-constraints.js';

/** A certificate and its private key, both PEM. */
export interface PemPair {
  readonly cert: string;
  readonly key: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 3600_000;
/** Phones' clocks are off, some by hours. */
const BACKDATE_MS = DAY_MS;
const AUTHORITY_DAYS = 3650;
/** Browsers accept at most 398 days (CA/Browser Forum baseline requirements, Apple's HT211025). */
const LEAF_DAYS = 397;
const NAME_CONSTRAINTS_OID = '2.5.29.30';

/** Private networks as address and prefix length: all addresses this authority may certify. */
const permittedNetworks = [
  [[127, 0, 0, 0], 8],
  [[10, 0, 0, 0], 8],
  [[172, 16, 0, 0], 12],
  [[192, 168, 0, 0], 16],
  [[100, 64, 0, 0], 10],
  [[...new Array<number>(15).fill(0), 1], 128],
  [[0xfc, ...new Array<number>(15).fill(0)], 7],
] as const;

/**
 * Creates the certificate authority of one machine, for phones to trust once. Its name constraints (RFC 5280, 4.2.1.10) limit it
 * to private addresses, `.local`, and the machine's own name and addresses, so that its key is useless for other sites if
 * leaked.
 * | @param host the machine's name, e.g. `studio`
 * @param addresses of the machine; only public ones matter
 */
export async function createAuthority(host: string, addresses: readonly string[], nowMs: number): Promise<PemPair> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: `CN=${authorityName(host)}`,
    notBefore: new Date(nowMs - BACKDATE_MS),
    notAfter: new Date(nowMs + AUTHORITY_DAYS * DAY_MS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey, false),
      new Extension(NAME_CONSTRAINTS_OID, true, nameConstraints(['localhost', 'local', host], addresses)),
    ],
  });
  return { cert: pemOf(certificate), key: await exportKey(keys.privateKey) };
}

/**
 * Issues a server certificate with its own key.
 * | @param names DNS names and IP addresses, all within the authority's constraints
 * @returns the certificate followed by the authority's, as servers send them, and the key
 */
export async function issueCertificate(authority: PemPair, names: readonly string[], nowMs: number): Promise<PemPair> {
  const issuer = new X509Certificate(authority.cert);
  const signingKey = await webcrypto.subtle.importKey('pkcs8', derOf(authority.key), ALGORITHM, false, ['sign']);
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: 'CN=Lookout',
    issuer: issuer.subject,
    notBefore: new Date(nowMs - BACKDATE_MS),
    notAfter: new Date(nowMs - BACKDATE_MS + LEAF_DAYS * DAY_MS),
    signingKey,
    publicKey: keys.publicKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) ? ('ip' as const) : ('dns' as const), value: name })),
      ),
      await SubjectKeyIdentifierExtension.create(keys.publicKey, false),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey, false),
    ],
  });
  return { cert: `${pemOf(certificate)}${authority.cert}`, key: await exportKey(keys.privateKey) };
}

/** DER of `NameConstraints` with permitted subtrees only: these domains, private networks, and these addresses. */
function nameConstraints(domains: readonly string[], addresses: readonly string[]): ArrayBuffer {
  const names = [
    ...domains.map((domain) => tagged(0x82, Buffer.from(domain, 'ascii'))),
    ...permittedNetworks.map(([address, bits]) => permittedNetwork(address, bits)),
    ...addresses.filter(isPublicIpv4).map(permittedAddress),
  ];
  const subtrees = names.map((name) => tagged(0x30, name));
  const der = tagged(0x30, tagged(0xa0, Buffer.concat(subtrees)));
  return der.buffer.slice(der.byteOffset, der.byteOffset + der.byteLength) as ArrayBuffer;
}

/** 127 random bits, positive as RFC 5280 requires. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function pemOf(certificate: X509Certificate): string {
  return `${certificate.toString('pem').trim()}\n`;
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${der.replace(/.{64}(?=.)/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');
}
