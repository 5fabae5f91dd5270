import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import type { Camera, CameraTokens } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { keep } from '../support/keep.js';
import { pictureShown } from '../support/live-picture.js';
import type { LookoutProcess } from '../support/lookout-process.js';
import { scratchFolder } from '../support/scratch-folder.js';
import { startLookout } from '../support/start.js';
import { until } from '../support/until.js';

const NGINX = '/usr/sbin/nginx';

/** nginx that serves Lookout at `/home/lookout/`, as the deployment guide has it. @returns the address of that */
async function startNginx(lookout: LookoutProcess): Promise<string> {
  const directory = scratchFolder();
  const probe = createTcpServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${directory}/${kind};`,
  );
  writeFileSync(
    join(directory, 'nginx.conf'),
    `daemon off; master_process off; pid ${directory}/pid; error_log stderr; events {}
     http { access_log off; ${temporary.join(' ')}
       server { listen 127.0.0.1:${port};
         location /home/lookout/ {
           proxy_pass http://127.0.0.1:${lookout.port}/;
           proxy_http_version 1.1;
           proxy_set_header Host $http_host;
           proxy_set_header X-Forwarded-For $remote_addr;
           proxy_set_header X-Forwarded-Prefix /home/lookout;
           proxy_set_header Upgrade $http_upgrade;
           proxy_set_header Connection upgrade;
           proxy_buffering off;
         } } }`,
  );
  const nginx = spawn(NGINX, ['-p', directory, '-c', join(directory, 'nginx.conf')], { stdio: 'ignore' });
  keep(nginx, async () => {
    if (nginx.exitCode !== null || nginx.signalCode !== null) return;
    nginx.kill('SIGTERM');
    await once(nginx, 'exit');
  });
  const address = `http://127.0.0.1:${port}/home/lookout`;
  await until('nginx answers', async () => (await fetch(`${address}/healthz`)).ok);
  return address;
}

describe('under a path of a proxy', () => {
  it('the pages work, from signing in to live video, and addresses that the API gives are below it', async () => {
    const lookout = await startLookout({ args: ['--sign-in', 'always'], demo: true });
    const address = await startNginx(lookout);
    const key = await lookout.adminKey();
    const { page, complaints } = await openPage(`${address}/cameras/demo-street`);
    await page.getByLabel('API key').fill(key);
    await page.keyboard.press('Enter');
    await pictureShown(page);
    expect(await page.context().cookies()).toMatchObject([{ path: '/home/lookout/' }]);

    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'System' }).click();
    await page.getByRole('heading', { name: 'System' }).waitFor();
    expect(page.url()).toBe(`${address}/settings/system`);
    await page.getByRole('link', { name: /Skip to content/ }).focus();
    await page.keyboard.press('Enter');
    expect(page.url()).toBe(`${address}/settings/system#main`);
    await page.getByRole('link', { name: /API documentation/ }).click();
    await page.getByText('Any camera in; annotated live video').waitFor();
    expect(page.url()).toBe(`${address}/docs/`);
    // Signing in begins with being told that one is not.
    expect(complaints.filter((one) => !one.includes('401'))).toEqual([]);

    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const made = await fetch(`${address}/api/cameras`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ name: 'Yard', kind: 'push' }),
    });
    expect(made.headers.get('location')).toBe('/home/lookout/api/cameras/yard');
    const api = (await (await fetch(`${address}/openapi.json`, { headers })).json()) as { servers: unknown };
    expect(api.servers).toEqual([{ url: '/home/lookout' }]);
  });
});

describe('a page of another site', () => {
  async function startDashboard(view: () => string): Promise<string> {
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><title>Home</title><iframe src="${view()}" width="800" height="600"></iframe>`);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    keep(server, () => server.closeAllConnections() ?? server.close());
    // Another site for a browser, which goes by names: 127.0.0.1 and localhost.
    return `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  it('shows /view in a frame where the settings name it, and nothing of it elsewhere', async () => {
    let view = '';
    const [named, other] = [await startDashboard(() => view), await startDashboard(() => view)];
    const lookout = await startLookout({ demo: true, yaml: `server: { frame_ancestors: ['${named}'] }` });
    const camera = await lookout.json<Camera & Required<CameraTokens>>('/api/cameras/demo-street');
    view = `${lookout.url}/view/${camera.view_token}`;

    const { page } = await openPage(named);
    const frame = page.frameLocator('iframe');
    await frame.locator('canvas, video, img').first().waitFor();
    const shown = page.frames().find((one) => one.url().includes('/view/'))!;
    await until('a picture is drawn', () =>
      shown.evaluate(() => {
        const canvas = document.querySelector('canvas');
        return canvas !== null && canvas.width > 300;
      }),
    );

    const { page: elsewhere, complaints } = await openPage(other);
    await until('the browser refuses', () => complaints.some((one) => one.includes('frame-ancestors')));
    expect(elsewhere.frames().some((one) => one.url().includes('/view/'))).toBe(false);
  });
});
