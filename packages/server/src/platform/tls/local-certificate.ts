import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { LookoutError } from '@lookout/protocol';
import type { PemPair } from './authority.js';
import { authorityName, isPrivate, type MachineNames } from './machine-names.js';
import { vouchesFor } from './name-constraints.js';

export interface LocalCertificateOptions {
  /** Where it is kept; made where it is missing. */
  readonly directory: string;
  readonly names: () => MachineNames;
  readonly now: () => number;
  readonly onWarning: (message: string) => void;
}

/** What the server runs with. */
export interface LocalMaterial extends PemPair {
  /** The authority's certificate, PEM: what phones may install. */
  readonly authority: string;
}

const DAY_MS = 24 * 3600_000;
/** A certificate is replaced so long before its end: a server that runs always is in time, whoever looks. */
const RENEW_BEFORE_MS = 30 * DAY_MS;
const RENEW_AUTHORITY_BEFORE_MS = 400 * DAY_MS;
/** Names a certificate carries at most: a laptop keeps those of its other networks, so that coming home changes nothing. */
const MAX_NAMES = 64;

/**
 * The certificate of a server without a public name: an authority of its own and what that issued, in the data directory. Both are
 * kept over restarts, so that a phone asks once; the certificate is made anew when the machine has an address it does not name, or
 * when it nears its end.
 */
export class LocalCertificate {
  readonly #options: LocalCertificateOptions;
  #material: LocalMaterial;

  private constructor(options: LocalCertificateOptions, material: LocalMaterial) {
    this.#options = options;
    this.#material = material;
  }

  /** @throws LookoutError `storage_failed` when its files can't be read or written. */
  static async open(options: LocalCertificateOptions): Promise<LocalCertificate> {
    return new LocalCertificate(options, await prepare(options));
  }

  get material(): LocalMaterial {
    return this.#material;
  }

  /** Looks whether the certificate still serves. @returns whether it was replaced. @throws as `open` */
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
  // Making certificates is rare, and loading what makes them takes a tenth of a second.
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

/** Addresses of other networks this machine was in; its DNS names are those it has now. */
function keptNames(pem: string): string[] {
  return subjectNames(new X509Certificate(pem)).filter((name) => isIP(name) && isPrivate(name));
}

/** DNS names and addresses of a certificate, addresses in their shortest form. */
export function subjectNames({ subjectAltName = '' }: X509Certificate): string[] {
  return [...subjectAltName.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name]) => canonical(name!));
}

/** `FD00:0:0:0:0:0:0:1` → `fd00::1`: OpenSSL writes addresses out in full. */
function canonical(name: string): string {
  return isIP(name) === 6 ? new URL(`http://[${name}]`).hostname.slice(1, -1) : name.toLowerCase();
}

/** `ca.crt`, `ca.key`, `server.crt`, `server.key` of one directory; keys are for this user alone. */
class CertificateFiles {
  constructor(readonly directory: string) {}

  prepare(): void {
    if (!existsSync(this.directory)) mkdirSync(this.directory, { mode: 0o700 });
  }

  /** The pair as it is kept; undefined where there is none, or none that fits together. */
  read(name: 'ca' | 'server', onWarning: (message: string) => void): PemPair | undefined {
    const paths = this.#paths(name);
    if (!existsSync(paths.cert) || !existsSync(paths.key)) return undefined;
    const pair = { cert: readFileSync(paths.cert, 'utf8'), key: readFileSync(paths.key, 'utf8') };
    chmodSync(paths.key, 0o600);
    if (fitTogether(pair)) return pair;
    onWarning(`${paths.cert} and its key are damaged or don't belong together: made anew`);
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

/** Whole or not at all, whenever the power goes. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
