import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { LookoutError } from '@lookout/protocol';

/** A certificate its owner brings: files of `--cert` and `--key`. */
export interface GivenCertificate {
  /** The certificate, and where there are any those between it and its authority, PEM. */
  readonly cert: string;
  readonly key: string;
  /** When it ends, Unix epoch ms. */
  readonly endsMs: number;
}

const DAY_MS = 24 * 3600_000;

/**
 * Reads and checks a certificate and its key: readable, PEM, a pair, within its time, and taken by TLS.
 * @throws LookoutError `config_invalid`: which file, and what is wrong with it. Never holds anything of the key.
 */
export function readGivenCertificate(certPath: string, keyPath: string, nowMs: number): GivenCertificate {
  const cert = readText('--cert', certPath);
  const key = readText('--key', keyPath);
  const certificate = parseCertificate(certPath, cert);
  if (!certificate.checkPrivateKey(parseKey(keyPath, key))) {
    throw refusal(
      `--key: ${keyPath} is not the key of ${certPath}`,
      'Give the key that the certificate was asked for with.',
    );
  }
  const endsMs = Date.parse(certificate.validTo);
  if (endsMs <= nowMs) {
    throw refusal(`--cert: ${certPath} expired on ${day(endsMs)}`, 'Renew it, or leave --cert and --key out.');
  }
  const beginsMs = Date.parse(certificate.validFrom);
  if (beginsMs > nowMs + DAY_MS) {
    throw refusal(`--cert: ${certPath} is not valid before ${day(beginsMs)}`, 'Is the clock of this machine right?');
  }
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    // For one, a key too short to be safe.
    const reason = error instanceof Error ? error.message : String(error);
    throw refusal(`--cert: TLS does not take ${certPath}: ${reason}`);
  }
  return { cert, key, endsMs };
}

/** `2027-01-31` */
export function day(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

function readText(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: 'it is not there',
      EACCES: 'this user may not read it',
      EISDIR: 'it is a folder',
    };
    throw refusal(`${flag}: can't read ${path}: ${reasons[code ?? ''] ?? code ?? 'unknown reason'}`);
  }
}

function parseCertificate(path: string, text: string): X509Certificate {
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    const isKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text);
    throw refusal(
      `--cert: ${path} holds ${isKey ? 'a private key, no certificate' : 'no certificate in PEM'}`,
      isKey
        ? 'Are --cert and --key the wrong way round?'
        : 'PEM begins with -----BEGIN CERTIFICATE-----; openssl x509 -inform der -in FILE makes it of DER.',
    );
  }
  try {
    return new X509Certificate(text);
  } catch {
    throw refusal(`--cert: the certificate in ${path} is damaged`);
  }
}

function parseKey(path: string, text: string): KeyObject {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    const isCert = text.includes('-----BEGIN CERTIFICATE-----');
    throw refusal(
      `--key: ${path} holds ${isCert ? 'a certificate, no private key' : 'no private key in PEM'}`,
      isCert ? 'Are --cert and --key the wrong way round?' : undefined,
    );
  }
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(text)) {
    throw refusal(
      `--key: ${path} is locked by a passphrase`,
      'Unlock it: openssl pkey -in FILE -out UNLOCKED, readable by this user alone.',
    );
  }
  try {
    return createPrivateKey(text);
  } catch {
    throw refusal(`--key: the key in ${path} is damaged`);
  }
}

function refusal(message: string, hint?: string): LookoutError {
  return new LookoutError('config_invalid', message, { hint });
}
