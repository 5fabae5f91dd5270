import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { get, type RequestOptions } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { keep } from './support/keep.js';
import { type LookoutOptions, type LookoutProcess, runLookout } from './support/lookout-process.js';
import { root } from './support/paths.js';
import { scratchFolder } from './support/scratch-folder.js';
import { RawSocket } from './support/socket.js';
import { startLookout } from './support/start.js';
import { until } from './support/until.js';

const lanAddresses = Object.values(networkInterfaces())
  .flat()
  .filter((address) => address !== undefined && address.family === 'IPv4' && !address.internal)
  .map((address) => address!.address);

function startHttps(options: LookoutOptions = {}, scope: 'test' | 'file' = 'test'): Promise<LookoutProcess> {
  return startLookout({ ...options, args: ['--https'] }, scope);
}

/** One server that others could reach, for the tests that change nothing of it. */
let lookout: LookoutProcess;
beforeAll(async () => {
  lookout = await startHttps({}, 'file');
});

const authorityOf = ({ data }: LookoutProcess) => readFileSync(join(data, 'tls/ca.crt'), 'utf8');

/** A request as a client makes it that trusts the server's own authority and nothing else. */
function ask(server: LookoutProcess, path: string, options: RequestOptions = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const ca = options.ca ?? authorityOf(server);
    const request = get(`${server.url}${path}`, { agent: false, ...options, ca }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.once('error', reject);
  });
}

function certificateShown({ port }: LookoutProcess): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      resolve(socket.getPeerX509Certificate() as X509Certificate);
      socket.destroy();
    });
  });
}

describe('--https', () => {
  it('answers to those who trust its authority, and asks everyone for a key', async () => {
    expect(lookout.url).toMatch(/^https:\/\//);
    expect((await ask(lookout, '/healthz')).status).toBe(200);
    expect((await ask(lookout, '/api/cameras')).status).toBe(401);
    const key = await lookout.adminKey();
    const headers = { authorization: `Bearer ${key}` };
    expect((await ask(lookout, '/api/cameras', { headers })).status).toBe(200);
    await expect(ask(lookout, '/healthz', { ca: [] })).rejects.toThrow(/certificate|issuer/);
    const { headers: answered, text } = await ask(lookout, '/lookout-ca.crt');
    expect(answered['content-type']).toBe('application/x-x509-ca-cert');
    expect(text).toBe(authorityOf(lookout));
  });

  it('is known to doctor as a running Lookout', async () => {
    const { code, stdout } = await runLookout(['doctor', '--port', String(lookout.port)]);
    expect(stdout).toMatch(/^info +port +.* is in use by a running Lookout /m);
    expect(code).toBe(0);
  });

  it('prints addresses for phones, a QR code, what the phone will ask, and how to be rid of that', async () => {
    const text = await until(
      'the notice is printed',
      () => /\n(Phones|Other devices)[\s\S]+\n$/.exec(lookout.output.stderr)?.[0],
    );
    const certificate = await certificateShown(lookout);
    if (lanAddresses.length === 0) expect(text).toContain('no address in a local network');
    else {
      const [url, address] = /https:\/\/([\d.]+):\d+/.exec(text) ?? [];
      expect(lanAddresses).toContain(address);
      expect(certificate.checkIP(address ?? '')).toBe(address);
      expect(text).toMatch(/[█▀▄]{20}/);
      expect(text).toContain('Advanced, then Proceed');
      expect(text).toContain('Show Details, then visit this website');
      expect(text).toContain(`${url}/lookout-ca.crt`);
      expect(text.replace(/\s+/g, '')).toContain(new X509Certificate(authorityOf(lookout)).fingerprint256);
      expect((await ask(lookout, '/healthz', { host: address })).status).toBe(200);
    }
    expect(lookout.output.stdout).toMatch(/listening at https:/);
    expect(lookout.output.text).not.toMatch(/listening at http:/);
  });

  it('leads browsers from http to https on the same port, and takes no key in the clear', async () => {
    const plain = lookout.url.replace('https:', 'http:');
    const visit = await fetch(`${plain}/cameras/demo-street?x=1`, { redirect: 'manual' });
    expect([visit.status, visit.headers.get('location')]).toEqual([307, `${lookout.url}/cameras/demo-street?x=1`]);
    const call = await fetch(`${plain}/api/cameras`, {
      headers: { authorization: `Bearer ${await lookout.adminKey()}` },
    });
    expect([call.status, await call.json()]).toMatchObject([400, { detail: 'This server speaks HTTPS' }]);
    const over = (origin: string) => ask(lookout, '/api/session', { headers: { origin } });
    expect([(await over(plain)).status, (await over(lookout.url)).status]).toEqual([403, 200]);
    await expect(RawSocket.open(`${plain.replace('http', 'ws')}/ws/view/demo-street`)).rejects.toThrow(/^400 .*HTTPS/);
  });
});

describe('--https on loopback', () => {
  let own: LookoutProcess;
  beforeAll(async () => {
    own = await startHttps({ host: '127.0.0.1', demo: true }, 'file');
  });

  it('stays on this machine where it is told to, and asks for nothing there', async () => {
    await until('it says so', () => own.output.stderr.includes('it listens on 127.0.0.1 only'));
    expect(JSON.parse((await ask(own, '/api/cameras')).text)).toHaveLength(1);
    const foreign = await ask(own, '/api/cameras', {
      headers: { host: 'evil.example' },
      servername: 'localhost',
    });
    expect(foreign.status).toBe(403);
  });

  it('is reached by the SDK in Node, which trusts its authority', async () => {
    const script = join(scratchFolder(), 'client.mjs');
    const entry = JSON.stringify(join(root, 'packages/client/dist/index.js'));
    writeFileSync(
      script,
      `import { LookoutClient } from ${entry};
      const client = new LookoutClient({ baseUrl: process.argv[2] });
      const [camera] = await client.cameras.list();
      const watch = client.watch(camera.id, {
        onFrame: ({ meta }) => { console.log(camera.id, meta.width); watch.close(); },
      });`,
    );
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(own.data, 'tls/ca.crt') };
    const { stdout } = await promisify(execFile)(process.execPath, [script, own.url], { env, timeout: 40_000 });
    expect(stdout).toMatch(/^demo-street \d+$/m);
  });
});

describe('--cert and --key', () => {
  it('take a certificate of one’s own', async () => {
    const args = ['--cert', join(lookout.data, 'tls/server.crt'), '--key', join(lookout.data, 'tls/server.key')];
    const own = await startLookout({ host: '127.0.0.1', args });
    expect(own.url).toMatch(/^https:/);
    expect((await certificateShown(own)).serialNumber).toBe((await certificateShown(lookout)).serialNumber);
    const answer = await ask(own, '/lookout-ca.crt', { ca: authorityOf(lookout) });
    expect(answer.status).toBe(404);
  });

  it.each([
    ['--cert alone', ['--cert', 'site.crt'], '--cert: expected --key too'],
    ['a file that is not there', ['--cert', 'none.crt', '--key', 'none.key'], "--cert: can't read"],
    ['a file of something else', ['--cert', 'other.txt', '--key', 'other.txt'], 'holds no certificate in PEM'],
  ])('refuse %s in plain words', async (_what, args, message) => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'other.txt'), 'hello');
    const paths = args.map((arg) => (arg.includes('.') ? join(folder, arg) : arg));
    const { code, stderr } = await runLookout(['--data', join(folder, 'data'), '--port', '0', ...paths]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});

// The last, as it ends the server of the others.
it('--https ends in good order with connections of every kind, and keeps its certificate', async () => {
  const { serialNumber } = await certificateShown(lookout);
  for (const name of ['ca.key', 'server.key']) {
    expect(statSync(join(lookout.data, 'tls', name)).mode & 0o777).toBe(0o600);
  }
  for (const bytes of ['', '\x16\x03\x01', 'GET / HTTP/1.1\r\n']) {
    const socket = keep(connectPlain(lookout.port, '127.0.0.1'), (opened) => opened.destroy());
    socket.on('error', () => {});
    if (bytes) socket.write(Buffer.from(bytes, 'latin1'));
  }
  const viewer = connect({ host: '127.0.0.1', port: lookout.port, ca: authorityOf(lookout) });
  keep(viewer, (opened) => opened.destroy()).on('error', () => {});
  await new Promise((resolve) => viewer.once('secureConnect', resolve));
  expect((await lookout.end()).code).toBe(0);
  const second = await startHttps({ data: lookout.data });
  expect((await certificateShown(second)).serialNumber).toBe(serialNumber);
}, 120_000);
