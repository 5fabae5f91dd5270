import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';

const built = new URL(import.meta.url.replace('/src/', '/dist/').replace('.test.ts', '.js'));

describe.runIf(process.platform === 'linux')('setThreadNice', () => {
  it('makes its own thread nicer and leaves the process alone', async () => {
    const before = getPriority();
    const program = `
      import { parentPort } from 'node:worker_threads';
      import { readFileSync } from 'node:fs';
      import { setThreadNice } from ${JSON.stringify(built.href)};
      const done = setThreadNice(7);
      parentPort.postMessage({ done, stat: readFileSync('/proc/thread-self/stat', 'utf8') });
    `;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`));
    const { done, stat } = await new Promise<{ done: boolean; stat: string }>((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
    });
    await worker.terminate();
    expect(done).toBe(true);
    expect(niceOf(stat)).toBe(7);
    expect(getPriority()).toBe(before);
    expect(niceOf(readFileSync('/proc/self/stat', 'utf8'))).toBe(before);
  });
});

/** Field 19 of proc(5)'s stat, counted behind the name in brackets. */
function niceOf(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
}
