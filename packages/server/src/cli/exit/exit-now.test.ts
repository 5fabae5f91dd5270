import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';

const module = new URL('../../../dist/cli/exit/exit-now.js', import.meta.url).href;
/** Says when the thread is in a native call, which lasts as long as our end of its input is open. */
const hangs = `
  import { spawnSync } from 'node:child_process';
  spawnSync('sh', ['-c', 'echo hangs; exec cat'], { stdio: 'inherit' });
`;
const program = `
  import { Worker } from 'node:worker_threads';
  import { exitNow } from '${module}';
  process.once('SIGUSR2', () => exitNow(7));
  new Worker(${JSON.stringify(hangs)}, { eval: true });
`;

it('ends a process with a thread in a native call that does not end', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const giveUp = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await once(child.stdout, 'data');
  child.kill('SIGUSR2');
  const [code] = await once(child, 'exit');
  clearTimeout(giveUp);
  child.stdin.end();
  expect(code).toBe(7);
}, 20_000);
