import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../src/support/paths.js';
import { scratchFolder } from '../src/support/scratch-folder.js';
import { startLookout } from '../src/support/start.js';

it('runs from its npm packages, installed into an empty folder, with pages and detection', async () => {
  const folder = scratchFolder();
  const npm = (cwd: string, ...args: string[]) => execFileSync('npm', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const workspaces = readdirSync(join(root, 'packages')).flatMap((name) => ['-w', `packages/${name}`]);
  npm(root, 'pack', '--silent', '--pack-destination', folder, ...workspaces);
  const archives = readdirSync(folder).map((name) => `./${name}`);
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  npm(folder, 'install', '--ignore-scripts', '--no-audit', '--no-fund', ...archives);

  const lookout = await startLookout({ bin: join(folder, 'node_modules/.bin/lookout'), demo: true });
  const page = await (await lookout.fetch('/', { headers: { accept: 'text/html' } })).text();
  const script = /src="\.(\/assets\/[^"]+\.js)"/.exec(page)?.[1];
  expect((await lookout.fetch(script!)).headers.get('content-type')).toContain('javascript');
  const photo = await lookout.fetch('/api/detect', {
    method: 'POST',
    headers: { 'content-type': 'image/jpeg' },
    body: readFileSync(join(folder, 'node_modules/@lookout/vision/photos/astronaut.jpg')),
  });
  expect(await photo.json()).toMatchObject({ detections: [expect.objectContaining({ class_name: 'person' })] });
});
