import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';

const module = new URL('../../dist/cli/exit-now.js', import.meta.url).href;
/** Minutes in one native call; terminating the thread would wait for it. */
const hangs = `
  import { parentPort } from 'node:worker_threads';
  import { pbkdf2Sync } from 'node:crypto';
  parentPort.postMessage('begun');
  pbkdf2Sync('a', 'b', 2_000_000_000, 64, 'sha512');
`;
const program = `
  import { Worker } from 'node:worker_threads';
  import { exitNow } from '${module}';
  new Worker(${JSON.stringify(hangs)}, { eval: true }).once('message', () => exitNow(7));
`;

it('ends a process with a thread in a native call that does not end', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
  const giveUp = setTimeout(() => child.kill('SIGKILL'), 15_000);
  const [code] = await once(child, 'exit');
  clearTimeout(giveUp);
  expect(code).toBe(7);
}, 20_000);
