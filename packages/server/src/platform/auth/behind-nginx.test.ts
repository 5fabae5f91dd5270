import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/test-app.js';
import { until } from '../../testing/whole-server.js';
import type { SignInPolicy } from './gate.js';

const NGINX = '/usr/sbin/nginx';
/** What carries WebSockets, and says nothing of whom the request is from. */
const upgrading =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

let directory: string;
let app: TestApp;
let nginx: ChildProcess;
afterEach(async () => {
  nginx.kill('SIGTERM');
  await once(nginx, 'exit');
  await app.close();
  rmSync(directory, { recursive: true, force: true });
});

/** nginx on a socket file, before a server on loopback. */
async function startBehindNginx(location: string, signIn: SignInPolicy = 'auto'): Promise<void> {
  directory = mkdtempSync(join(tmpdir(), 'lookout-nginx-'));
  app = await startTestApp({ signIn });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${directory}/${kind};`,
  );
  writeFileSync(
    join(directory, 'nginx.conf'),
    `daemon off; master_process off; pid ${directory}/pid; error_log stderr; events {}
     http { access_log off; ${temporary.join(' ')}
       server { listen unix:${directory}/front; location / { proxy_pass http://127.0.0.1:${app.port}; ${location} } } }`,
  );
  nginx = spawn(NGINX, ['-p', directory, '-c', join(directory, 'nginx.conf')], { stdio: 'ignore' });
  await until(() => canConnect(join(directory, 'front')));
}

function canConnect(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** What a visitor of the proxy gets. */
function visit(path: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: join(directory, 'front'), path, headers: { host: 'cam.example', ...headers } });
    sent.once('response', (response) => {
      response.destroy();
      resolve(response.statusCode);
    });
    sent.once('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode);
    });
    sent.once('error', reject).end();
  });
}

const webSocket = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

describe('behind nginx, a server on loopback', () => {
  it('trusts no visitor of a bare proxy_pass', async () => {
    await startBehindNginx('');
    expect((await fetch(`${app.base}/api/cameras`)).status).toBe(200);
    expect(await visit('/api/cameras')).toBe(403);
    expect(await visit('/metrics')).toBe(403);
  });

  it('asks all of them for a key with sign-in always, whatever the proxy says', async () => {
    await startBehindNginx(upgrading, 'always');
    const authorization = `Bearer ${(await app.keys.create({ name: 'proxy', scope: 'admin' })).key}`;
    expect(await visit('/api/cameras')).toBe(401);
    expect(await visit('/ws/none', webSocket)).toBe(401);
    expect(await visit('/ws/none', { ...webSocket, authorization })).toBe(404);
    expect(await visit('/api/cameras', { authorization })).toBe(200);
  });
});
