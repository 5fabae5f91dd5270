import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { LookoutError } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuthority, issueCertificate } from './authority.js';
import { LocalCertificate, subjectNames } from './local-certificate.js';
import type { MachineNames } from './machine-names.js';

const dayMs = 24 * 3600_000;
let root: string;
let directory: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lookout-tls-'));
  directory = join(root, 'tls');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function namesOf(ips: readonly string[], host = 'studio'): MachineNames {
  return { host, dns: ['localhost', host, `${host}.local`], ips: ['127.0.0.1', '::1', ...ips] };
}

async function open({ ips = ['192.168.1.7'], host = 'studio', nowMs = Date.now() } = {}) {
  const warnings: string[] = [];
  const certificate = await LocalCertificate.open({
    directory,
    names: () => namesOf(ips, host),
    now: () => nowMs,
    onWarning: (message) => warnings.push(message),
  });
  return {
    certificate,
    material: certificate.material,
    warnings,
    leaf: new X509Certificate(certificate.material.cert),
  };
}

/** Shakes hands with a server of this material, as a client that trusts the authority alone. Why it failed, or `trusted`. */
async function handshake(material: { cert: string; key: string; authority: string }, servername: string) {
  const server = createServer({ cert: material.cert, key: material.key }, (socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  try {
    return await new Promise<string>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', ca: [material.authority], servername, checkServerIdentity });
      socket.once('secureConnect', () => resolve('trusted'));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.message));
      socket.resume();
    });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Names are asked of the certificate itself below: here only the chain counts. */
const checkServerIdentity = () => undefined;

describe('LocalCertificate', () => {
  it('makes a certificate for every name of the machine, by an authority of its own', async () => {
    const { material, leaf, warnings } = await open({ ips: ['192.168.1.7', 'fd00::7'] });
    expect(new Set(subjectNames(leaf))).toEqual(
      new Set(['localhost', 'studio', 'studio.local', '127.0.0.1', '::1', '192.168.1.7', 'fd00::7']),
    );
    for (const name of ['localhost', 'studio.local']) expect(leaf.checkHost(name)).toBe(name);
    expect(leaf.checkIP('192.168.1.7')).toBe('192.168.1.7');
    expect(leaf.checkIP('192.168.1.8')).toBeUndefined();
    expect(leaf.ca).toBe(false);
    expect(leaf.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    const authority = new X509Certificate(material.authority);
    expect(authority.ca).toBe(true);
    expect(authority.subject).toBe('CN=Lookout on studio');
    expect(leaf.verify(authority.publicKey)).toBe(true);
    expect(warnings).toEqual([]);
    expect(await handshake(material, 'studio.local')).toBe('trusted');
  });

  it('lives no longer than browsers take, and not yet begun for clocks that are behind', async () => {
    const nowMs = Date.now();
    const { leaf } = await open({ nowMs });
    const days = (Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)) / dayMs;
    expect(days).toBeLessThanOrEqual(398);
    expect(days).toBeGreaterThan(365);
    expect(Date.parse(leaf.validFrom)).toBeLessThan(nowMs - 3600_000);
  });

  it('keeps its files to this user', async () => {
    await open();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const name of ['ca.key', 'server.key']) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
  });

  it('stays the same over restarts', async () => {
    const first = await open();
    expect((await open()).material).toEqual(first.material);
    expect(await first.certificate.refresh()).toBe(false);
  });

  it.each<[string, Parameters<typeof open>[0], boolean]>([
    ['a new address', { ips: ['10.0.0.9'] }, true],
    ['an address fewer', { ips: [] }, false],
    ['a month before its end', { nowMs: Date.now() + 370 * dayMs }, true],
    ['some months', { nowMs: Date.now() + 200 * dayMs }, false],
  ])('under the same authority, with %s: renewed is a matter of need', async (_what, options, renewed) => {
    const first = await open();
    const second = await open(options);
    expect(second.material.cert !== first.material.cert).toBe(renewed);
    expect(second.material.authority).toBe(first.material.authority);
    // Coming back to the first network changes nothing.
    expect(subjectNames(second.leaf)).toContain('192.168.1.7');
  });

  it('is renewed while the server runs', async () => {
    let ips = ['192.168.1.7'];
    const options = { directory, names: () => namesOf(ips), now: Date.now, onWarning: () => {} };
    const certificate = await LocalCertificate.open(options);
    ips = ['192.168.1.8'];
    expect(await certificate.refresh()).toBe(true);
    expect(new X509Certificate(certificate.material.cert).checkIP('192.168.1.8')).toBe('192.168.1.8');
  });

  it('makes a new authority for a machine of another name, and before its end', async () => {
    const first = await open();
    const renamed = await open({ host: 'attic' });
    expect(new X509Certificate(renamed.material.authority).subject).toBe('CN=Lookout on attic');
    const later = await open({ host: 'attic', nowMs: Date.now() + 3400 * dayMs });
    expect(later.material.authority).not.toBe(renamed.material.authority);
    expect(later.material.authority).not.toBe(first.material.authority);
  });

  it('makes a new authority for a public address it was not made for', async () => {
    const first = await open();
    const second = await open({ ips: ['192.168.1.7', '198.51.100.7'] });
    expect(second.material.authority).not.toBe(first.material.authority);
    expect(second.leaf.checkIP('198.51.100.7')).toBe('198.51.100.7');
    expect(await handshake(second.material, 'studio')).toBe('trusted');
    expect((await open({ ips: ['192.168.1.7', '198.51.100.7'] })).material).toEqual(second.material);
  });

  it('makes damaged files anew, and says so', async () => {
    await open();
    writeFileSync(join(directory, 'server.crt'), 'garbage');
    const second = await open();
    expect(second.warnings).toHaveLength(1);
    expect(second.warnings[0]).toContain('server.crt');
    expect(await handshake(second.material, 'studio')).toBe('trusted');
    writeFileSync(join(directory, 'ca.key'), readFileSync(join(directory, 'server.key')));
    expect((await open()).warnings).toHaveLength(1);
  });

  it('says where it can’t write', async () => {
    writeFileSync(directory, 'a file');
    const refusal = await open().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(LookoutError);
    expect(refusal).toMatchObject({ code: 'storage_failed', message: expect.stringContaining(directory) });
    expect(existsSync(join(directory, 'ca.crt'))).toBe(false);
  });
});

describe('the authority', () => {
  it.each([
    ['its own name', ['studio'], 'trusted'],
    ['any name of the local network', ['printer.local'], 'trusted'],
    ['private addresses', ['10.200.3.4', '172.31.255.1', 'fd12::1'], 'trusted'],
    ['its own public address', ['198.51.100.7'], 'trusted'],
    ['a site of the Internet', ['example.com'], 'permitted subtree violation'],
    ['a public address', ['93.184.216.34'], 'permitted subtree violation'],
    ['an address just beyond a private network', ['172.32.0.1'], 'permitted subtree violation'],
  ])('vouching for %s: %s', async (_what, names, expected) => {
    const authority = await createAuthority('studio', ['192.168.1.7', '198.51.100.7'], Date.now());
    const leaf = await issueCertificate(authority, names, Date.now());
    expect(await handshake({ ...leaf, authority: authority.cert }, 'studio')).toBe(expected);
  });
});
