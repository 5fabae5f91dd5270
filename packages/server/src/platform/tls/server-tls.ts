import { X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Server } from 'node:tls';
import type { Certificate } from '@lookout/protocol';
import type { PemPair } from './authority.js';
import { describeCertificate } from './describe-certificate.js';
import { day, readGivenCertificate } from './given-certificate.js';
import { LocalCertificate } from './local-certificate.js';
import { type MachineNames, machineNames } from './machine-names.js';

export interface ServerTlsOptions {
  /** Absolute paths of a certificate and its key; undefined: they are generated and kept. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The data directory. */
  readonly data: string;
  readonly log: { info(message: string): void; warn(message: string): void };
  readonly now?: () => number;
  readonly names?: () => MachineNames;
}

/** A certificate in use, and its origin. */
interface UsedCertificate {
  readonly material: { readonly cert: string; readonly key: string };
  /** For a generated certificate, its authority, PEM. */
  readonly authority: string | undefined;
  /** Checks whether it still serves. @returns whether there is a new one */
  refresh(): Promise<boolean>;
}

const REFRESH_EVERY_MS = 60_000;
const WARN_BEFORE_MS = 14 * 24 * 3600_000;

/**
 * The server's TLS: a certificate, the servers using it, and a renewal timer. Every minute it checks whether the machine has a
 * new address to include, and whether the certificate files were renewed (e.g. by an ACME client), so that neither needs a
 * restart.
 */
export class ServerTls {
  readonly #certificate: UsedCertificate;
  readonly #servers = new Set<Server>();
  readonly #log: ServerTlsOptions['log'];
  readonly #timer: NodeJS.Timeout;
  #refreshing: Promise<void> = Promise.resolve();

  private constructor(certificate: UsedCertificate, log: ServerTlsOptions['log']) {
    this.#certificate = certificate;
    this.#log = log;
    this.#timer = setInterval(() => {
      this.#refreshing = this.refresh();
    }, REFRESH_EVERY_MS);
    this.#timer.unref();
  }

  /** @throws LookoutError `config_invalid` for unusable files, `storage_failed` if a generated certificate can't be stored */
  static async open(options: ServerTlsOptions): Promise<ServerTls> {
    const { cert, key, log } = options;
    const now = options.now ?? Date.now;
    const certificate =
      cert !== undefined && key !== undefined
        ? new CertificateFile(cert, key, now, log)
        : await openLocal(options, now);
    return new ServerTls(certificate, log);
  }

  /** Creates a server with the certificate; it also gets renewed ones. */
  createServer<T extends Server>(create: (certificate: PemPair) => T): T {
    const server = create(this.#certificate.material);
    this.#servers.add(server);
    server.once('close', () => this.#servers.delete(server));
    return server;
  }

  /** The certificate a phone may install to trust this server, PEM; undefined if the owner provided one. */
  get authority(): string | undefined {
    return this.#certificate.authority;
  }

  /** The certificate in use. */
  describe(): Certificate {
    return describeCertificate(this.#certificate.material.cert, this.authority);
  }

  /** DNS names of the certificate. */
  get dnsNames(): string[] {
    const { subjectAltName = '' } = new X509Certificate(this.#certificate.material.cert);
    return [...subjectAltName.matchAll(/DNS:([^,\s]+)/g)].map(([, name]) => name!);
  }

  /** Uses a renewed certificate, if there is one. Problems are logged, and the old one stays. */
  async refresh(): Promise<void> {
    try {
      if (!(await this.#certificate.refresh())) return;
      for (const server of this.#servers) server.setSecureContext(this.#certificate.material);
      this.#log.info('the certificate was renewed');
    } catch (error) {
      this.#log.warn(`could not renew the certificate: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Stops the renewal timer. Idempotent; servers are closed by their owners. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#refreshing;
  }
}

async function openLocal(options: ServerTlsOptions, now: () => number): Promise<UsedCertificate> {
  const local = await LocalCertificate.open({
    directory: join(options.data, 'tls'),
    names: options.names ?? machineNames,
    now,
    onWarning: (message) => options.log.warn(message),
  });
  return {
    get material() {
      return local.material;
    },
    get authority() {
      return local.material.authority;
    },
    refresh: () => local.refresh(),
  };
}

/** `--cert` and `--key`, read again when either file changes. */
class CertificateFile implements UsedCertificate {
  readonly authority = undefined;
  readonly #paths: readonly [string, string];
  readonly #now: () => number;
  #given;
  #version: string;

  constructor(cert: string, key: string, now: () => number, log: ServerTlsOptions['log']) {
    this.#paths = [cert, key];
    this.#now = now;
    this.#given = readGivenCertificate(cert, key, now());
    this.#version = this.#readVersion();
    const { endsMs } = this.#given;
    if (endsMs - now() < WARN_BEFORE_MS) log.warn(`--cert: ${cert} expires on ${day(endsMs)}`);
  }

  get material() {
    return this.#given;
  }

  async refresh(): Promise<boolean> {
    const version = this.#readVersion();
    if (version === this.#version) return false;
    // Report a problem once per change, not every minute.
    this.#version = version;
    const before = this.#given.cert;
    this.#given = readGivenCertificate(...this.#paths, this.#now());
    return this.#given.cert !== before;
  }

  #readVersion(): string {
    return this.#paths.map((path) => statSync(path).mtimeMs).join();
  }
}
