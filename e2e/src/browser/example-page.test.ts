import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { keep } from '../support/keep.js';
import { root } from '../support/paths.js';
import { scratchFolder } from '../support/scratch-folder.js';
import { startLookout, streetJpegs } from '../support/start.js';
import { until } from '../support/until.js';

it('the example in a browser shows what is in a picture, whichever way it asks', { timeout: 180_000 }, async () => {
  const lookout = await startLookout({ host: '0.0.0.0' });
  const env = { LOOKOUT_URL: `http://127.0.0.1:${lookout.port}`, LOOKOUT_KEY: await lookout.adminKey() };
  const picture = join(scratchFolder(), 'street.jpg');
  writeFileSync(picture, (await streetJpegs())[0] as Uint8Array);
  const vite = spawn(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), join(root, 'examples/browser')], {
    env: { ...process.env, ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  keep(vite, (child) => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode !== null) return undefined;
    child.kill();
    return ended;
  });
  let output = '';
  vite.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const url = await until('where its page is', () => /http:\/\/127\.0\.0\.1:\d+\//.exec(output)?.[0], {
    timeoutMs: 30_000,
    last: () => output,
  });
  const { page, complaints } = await openPage(url);
  const answer = page.getByRole('status');
  const input = page.getByLabel('Picture');
  // Vite makes the page ready as it is asked for.
  await expect.poll(() => input.isEnabled(), { timeout: 30_000 }).toBe(true);
  for (const via of ['rest', 'ws', 'sse']) {
    await page.getByRole('combobox').selectOption(via);
    await input.setInputFiles(picture);
    await expect.poll(() => answer.textContent(), { timeout: 30_000 }).toMatch(/^person 0\.\d\d \[/m);
    await input.setInputFiles([]);
    await page.evaluate(() => document.querySelector('pre')!.replaceChildren());
  }
  expect(complaints).toEqual([]);
});
