import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { LookoutError } from '@lookout/protocol';

/** A certificate provided by the owner: the files of `--cert` and `--key`. */
export interface GivenCertificate {
  /** The certificate and any intermediate ones, PEM. */
  readonly cert: string;
  readonly key: string;
  /** Expiry, Unix epoch ms. */
  readonly endsMs: number;
}

const DAY_MS = 24 * 3600_000;

/**
 * Reads and checks a certificate and its key: readable, PEM, matching, currently valid, and accepted by TLS.
 * @throws LookoutError `config_invalid` naming the file and the problem; never contains any of the key
 */
export function readGivenCertificate(certPath: string, keyPath: string, nowMs: number): GivenCertificate {
  const cert = readText('--cert', certPath);
  const key = readText('--key', keyPath);
  const certificate = parseCertificate(certPath, cert);
  if (!certificate.checkPrivateKey(parseKey(keyPath, key))) {
    throw refusal(
      `--key: ${keyPath} is not the key of ${certPath}`,
      'Use the key that the certificate was requested with.',
    );
  }
  const endsMs = Date.parse(certificate.validTo);
  if (endsMs <= nowMs) {
    throw refusal(`--cert: ${certPath} expired on ${day(endsMs)}`, 'Renew it, or omit --cert and --key.');
  }
  const beginsMs = Date.parse(certificate.validFrom);
  if (beginsMs > nowMs + DAY_MS) {
    throw refusal(`--cert: ${certPath} is not valid before ${day(beginsMs)}`, 'Is the clock of this machine right?');
  }
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    // E.g. a key that is too short.
    const reason = error instanceof Error ? error.message : String(error);
    throw refusal(`--cert: TLS rejects ${certPath}: ${reason}`);
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
      ENOENT: 'it does not exist',
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
      `--cert: ${path} holds ${isKey ? 'a private key, not a certificate' : 'no certificate in PEM'}`,
      isKey
        ? 'Are --cert and --key swapped?'
        : 'PEM begins with -----BEGIN CERTIFICATE-----. To convert DER: openssl x509 -inform der -in FILE',
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
      `--key: ${path} holds ${isCert ? 'a certificate, not a private key' : 'no private key in PEM'}`,
      isCert ? 'Are --cert and --key swapped?' : undefined,
    );
  }
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(text)) {
    throw refusal(
      `--key: ${path} is protected by a passphrase`,
      'Remove the passphrase with openssl pkey -in FILE -out UNLOCKED, and let only this user read the result.',
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
