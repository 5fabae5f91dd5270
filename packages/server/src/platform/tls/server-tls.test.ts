import type { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { LookoutError } from '@lookout/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAuthority, issueCertificate } from './authority.js';
import { ServerTls, type ServerTlsOptions } from './server-tls.js';

let data: string;
let log: string[];
const closers: Array<() => unknown> = [];
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'lookout-server-tls-'));
  log = [];
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(data, { recursive: true, force: true });
});

const logger = { info: (message: string) => void log.push(message), warn: (message: string) => void log.push(message) };

async function start(options: Partial<ServerTlsOptions> = {}) {
  const tls = await ServerTls.open({ data, log: logger, ...options });
  closers.push(() => tls.close());
  const server = tls.createServer((certificate) => createServer(certificate, (_request, response) => response.end()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return { tls, shown: () => shownBy((server.address() as AddressInfo).port) };
}

/** The certificate a new connection gets to see. */
function shownBy(port: number): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      resolve(socket.getPeerX509Certificate() as X509Certificate);
      socket.destroy();
    });
  });
}

it('shows new connections the renewed certificate, without a restart', async () => {
  let ips = ['127.0.0.1', '192.168.1.7'];
  const { tls, shown } = await start({ names: () => ({ host: 'studio', dns: ['localhost', 'studio'], ips }) });
  const before = await shown();
  await tls.refresh();
  expect((await shown()).serialNumber).toBe(before.serialNumber);
  ips = [...ips, '10.0.0.9'];
  await tls.refresh();
  expect((await shown()).checkIP('10.0.0.9')).toBe('10.0.0.9');
  expect(tls.authority).toContain('BEGIN CERTIFICATE');
  expect(log).toEqual(['the certificate was renewed']);
});

it('takes files that were renewed, and keeps the old ones where the new are wrong', async () => {
  const authority = await createAuthority('studio', [], Date.now());
  const [cert, key] = [join(data, 'site.crt'), join(data, 'site.key')];
  let changes = 0;
  const put = async (name: string, keyOf?: string) => {
    const pair = await issueCertificate(authority, [name], Date.now());
    writeFileSync(cert, pair.cert);
    writeFileSync(key, keyOf ?? pair.key);
    // Two writes within one tick of the file system's clock.
    const timeS = Date.now() / 1000 + ++changes;
    for (const path of [cert, key]) utimesSync(path, timeS, timeS);
  };
  await put('one.local');
  const { tls, shown } = await start({ cert, key });
  expect(tls.dnsNames).toEqual(['one.local']);
  expect(tls.authority).toBeUndefined();
  await put('two.local');
  await tls.refresh();
  expect((await shown()).checkHost('two.local')).toBe('two.local');
  await put('three.local', authority.key);
  await tls.refresh();
  await tls.refresh();
  expect((await shown()).checkHost('two.local')).toBe('two.local');
  expect(log).toEqual(['the certificate was renewed', expect.stringContaining('is not the key of')]);
});

it('does not start with files that can’t be used', async () => {
  const missing = join(data, 'none');
  await expect(ServerTls.open({ data, log: logger, cert: missing, key: missing })).rejects.toThrow(LookoutError);
});

it('describes a certificate that it made, with the authority to trust', async () => {
  const ips = ['127.0.0.1', '192.168.1.7'];
  const { tls, shown } = await start({ names: () => ({ host: 'studio', dns: ['localhost', 'studio.local'], ips }) });
  const { fingerprint256, validTo } = await shown();
  expect(tls.describe()).toMatchObject({
    made_here: true,
    names: expect.arrayContaining(['studio.local', '192.168.1.7']),
    issuer: expect.stringContaining('studio'),
    valid_until: Date.parse(validTo),
    fingerprint: fingerprint256,
    authority: { path: '/lookout-ca.crt' },
  });
  expect(tls.describe().authority?.fingerprint).not.toBe(fingerprint256);
});

it('describes the owner’s certificate as one that devices need not be told to trust', async () => {
  const authority = await createAuthority('studio', [], Date.now());
  const { cert, key } = await issueCertificate(authority, ['cam.local'], Date.now());
  const paths = { cert: join(data, 'site.crt'), key: join(data, 'site.key') };
  writeFileSync(paths.cert, cert);
  writeFileSync(paths.key, key);
  const { tls } = await start(paths);
  expect(tls.describe()).toMatchObject({ made_here: false, names: ['cam.local'] });
  expect(tls.describe().authority).toBeUndefined();
});
