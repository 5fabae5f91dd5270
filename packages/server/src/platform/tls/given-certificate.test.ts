import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LookoutError } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, issueCertificate } from './authority.js';
import { readGivenCertificate } from './given-certificate.js';

const dayMs = 24 * 3600_000;
let directory: string;
const at = (name: string) => join(directory, name);

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-given-'));
  const authority = await createAuthority('studio', [], Date.now());
  for (const name of ['one', 'two']) {
    const { cert, key } = await issueCertificate(authority, ['studio'], Date.now());
    writeFileSync(at(`${name}.crt`), cert);
    writeFileSync(at(`${name}.key`), key);
  }
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  openssl('pkey', '-in', 'one.key', '-aes128', '-passout', 'pass:secret', '-out', 'locked.key');
  openssl('x509', '-in', 'one.crt', '-outform', 'der', '-out', 'one.der');
  openssl('req', '-x509', '-newkey', 'rsa:512', '-nodes', '-keyout', 'weak.key', '-out', 'weak.crt', '-subj', '/CN=a');
  writeFileSync(at('broken.crt'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  writeFileSync(at('broken.key'), '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function refusalOf(cert: string, key: string, nowMs = Date.now()): LookoutError {
  try {
    readGivenCertificate(at(cert), at(key), nowMs);
  } catch (error) {
    if (error instanceof LookoutError) return error;
    throw error;
  }
  throw new Error('expected a refusal');
}

it('takes a pair, with its chain', () => {
  const given = readGivenCertificate(at('one.crt'), at('one.key'), Date.now());
  expect(given.cert.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  expect(given.endsMs).toBeGreaterThan(Date.now() + 300 * dayMs);
});

describe('refuses', () => {
  it.each([
    ['a certificate that is not there', 'none.crt', 'one.key', /^--cert: can't read .*none\.crt: it does not exist/],
    ['a key that is not there', 'one.crt', 'none.key', /^--key: can't read .*none\.key: it does not exist/],
    ['a folder', '.', 'one.key', /it is a folder/],
    ['the key of another', 'one.crt', 'two.key', /two\.key is not the key of .*one\.crt/],
    ['both the wrong way round', 'one.key', 'one.crt', /one\.key holds a private key, not a certificate/],
    ['a certificate as key', 'one.crt', 'two.crt', /two\.crt holds a certificate, not a private key/],
    ['DER', 'one.der', 'one.key', /holds no certificate in PEM/],
    ['a damaged certificate', 'broken.crt', 'one.key', /^--cert: the certificate in .* is damaged/],
    ['a damaged key', 'one.crt', 'broken.key', /^--key: the key in .* is damaged/],
    ['a key with a passphrase', 'one.crt', 'locked.key', /protected by a passphrase/],
    ['a key too short to be safe', 'weak.crt', 'weak.key', /TLS rejects .*weak\.crt/],
  ])('%s', (_what, cert, key, message) => {
    const refusal = refusalOf(cert, key);
    expect(refusal.code).toBe('config_invalid');
    expect(refusal.message).toMatch(message);
  });

  it('one that has ended, or not begun', () => {
    expect(refusalOf('one.crt', 'one.key', Date.now() + 500 * dayMs).message).toMatch(/expired on \d{4}-\d\d-\d\d$/);
    expect(refusalOf('one.crt', 'one.key', Date.now() - 30 * dayMs).message).toMatch(
      /not valid before \d{4}-\d\d-\d\d$/,
    );
  });
});
