import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { LookoutError } from '@lookout/protocol';
import type { PemPair } from './authority.js';
import { authorityName, isPrivate, type MachineNames } from './machine-names.js';
import { vouchesFor } from './name-constraints.js';

export interface LocalCertificateOptions {
  /** Where the files are stored; created if missing. */
  readonly directory: string;
  readonly names: () => MachineNames;
  readonly now: () => number;
  readonly onWarning: (message: string) => void;
}

/** The server's certificate and key. */
export interface LocalMaterial extends PemPair {
  /** The authority's certificate, PEM, for phones to install. */
  readonly authority: string;
}

const DAY_MS = 24 * 3600_000;
/** A certificate is renewed this long before it expires, so that a server that is always on renews in time. */
const RENEW_BEFORE_MS = 30 * DAY_MS;
const RENEW_AUTHORITY_BEFORE_MS = 400 * DAY_MS;
/** Maximum names in a certificate. A laptop keeps those of its other networks, so that returning to one changes nothing. */
const MAX_NAMES = 64;

/**
 * The certificate of a server without a public name: an authority and a certificate issued by it, in the data directory. Both
 * are kept across restarts, so that a phone asks only once. The certificate is reissued when the machine has an address it does
 * not contain, or before it expires.
 */
export class LocalCertificate {
  readonly #options: LocalCertificateOptions;
  #material: LocalMaterial;

  private constructor(options: LocalCertificateOptions, material: LocalMaterial) {
    this.#options = options;
    this.#material = material;
  }

  /** @throws LookoutError `storage_failed` if its files can't be read or written */
  static async open(options: LocalCertificateOptions): Promise<LocalCertificate> {
    return new LocalCertificate(options, await prepare(options));
  }

  get material(): LocalMaterial {
    return this.#material;
  }

  /** Checks whether the certificate still serves. @returns whether it was replaced. @throws as `open` */
  async refresh(): Promise<boolean> {
    const before = this.#material;
    this.#material = await prepare(this.#options);
    return before.cert !== this.#material.cert;
  }
}

async function prepare(options: LocalCertificateOptions): Promise<LocalMaterial> {
  const { directory, now, onWarning } = options;
  const names = options.names();
  const files = new CertificateFiles(directory);
  // Loaded on demand: certificates are rarely issued, and loading the library takes a tenth of a second.
  const issuing = () => import('./authority.js');
  try {
    files.prepare();
    let authority = files.read('ca', onWarning);
    if (!authority || !authorityServes(authority.cert, names, now())) {
      authority = await (await issuing()).createAuthority(names.host, names.ips, now());
      files.write('ca', authority);
    }
    let leaf = files.read('server', onWarning);
    if (!leaf || !leafServes(leaf.cert, authority.cert, names, now())) {
      const wanted = [...names.dns, ...names.ips, ...(leaf ? keptNames(leaf.cert) : [])];
      leaf = await (await issuing()).issueCertificate(authority, [...new Set(wanted)].slice(0, MAX_NAMES), now());
      files.write('server', leaf);
    }
    return { ...leaf, authority: authority.cert };
  } catch (error) {
    if (error instanceof LookoutError || !(error instanceof Error && 'code' in error)) throw error;
    throw new LookoutError('storage_failed', `Can't keep the certificate in ${directory}: ${String(error.code)}`, {
      hint: 'Let this user write there, or choose another folder with --data DIRECTORY.',
      cause: error,
    });
  }
}

function authorityServes(pem: string, { host, ips }: MachineNames, nowMs: number): boolean {
  const authority = new X509Certificate(pem);
  const isOurs = authority.ca && authority.subject === `CN=${authorityName(host)}`;
  const left = Date.parse(authority.validTo) - nowMs;
  return isOurs && left > RENEW_AUTHORITY_BEFORE_MS && ips.every((ip) => vouchesFor(authority, ip));
}

function leafServes(pem: string, authorityPem: string, names: MachineNames, nowMs: number): boolean {
  const certificate = new X509Certificate(pem);
  const has = new Set(subjectNames(certificate));
  return (
    certificate.verify(new X509Certificate(authorityPem).publicKey) &&
    Date.parse(certificate.validTo) - nowMs > RENEW_BEFORE_MS &&
    Date.parse(certificate.validFrom) <= nowMs &&
    [...names.dns, ...names.ips].every((name) => has.has(canonical(name)))
  );
}

/** Addresses of other networks this machine was in. DNS names are only the current ones. */
function keptNames(pem: string): string[] {
  return subjectNames(new X509Certificate(pem)).filter((name) => isIP(name) && isPrivate(name));
}

/** DNS names and addresses of a certificate, addresses in their shortest form. */
export function subjectNames({ subjectAltName = '' }: X509Certificate): string[] {
  return [...subjectAltName.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name]) => canonical(name!));
}

/** `FD00:0:0:0:0:0:0:1` → `fd00::1`: OpenSSL writes addresses in full. */
function canonical(name: string): string {
  return isIP(name) === 6 ? new URL(`http://[${name}]`).hostname.slice(1, -1) : name.toLowerCase();
}

/** `ca.crt`, `ca.key`, `server.crt`, `server.key` of one directory; keys are readable by this user only. */
class CertificateFiles {
  constructor(readonly directory: string) {}

  prepare(): void {
    if (!existsSync(this.directory)) mkdirSync(this.directory, { mode: 0o700 });
  }

  /** The stored pair; undefined if it is missing or does not match. */
  read(name: 'ca' | 'server', onWarning: (message: string) => void): PemPair | undefined {
    const paths = this.#paths(name);
    if (!existsSync(paths.cert) || !existsSync(paths.key)) return undefined;
    const pair = { cert: readFileSync(paths.cert, 'utf8'), key: readFileSync(paths.key, 'utf8') };
    chmodSync(paths.key, 0o600);
    if (fitTogether(pair)) return pair;
    onWarning(`${paths.cert} and its key are damaged or do not match: creating new ones`);
    return undefined;
  }

  write(name: 'ca' | 'server', pair: PemPair): void {
    const paths = this.#paths(name);
    replaceFile(paths.key, pair.key);
    replaceFile(paths.cert, pair.cert);
  }

  #paths(name: string): { cert: string; key: string } {
    return { cert: join(this.directory, `${name}.crt`), key: join(this.directory, `${name}.key`) };
  }
}

function fitTogether({ cert, key }: PemPair): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** Writes atomically, so that a power failure leaves the old or the new file. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
