import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it, vi } from 'vitest';
import { DescriptorWatch } from './descriptor-watch.js';
import { problemOf } from './problem.js';

it('logs once that no file descriptor is left, and once that there are some again', () => {
  vi.useFakeTimers();
  const log = { error: vi.fn(), info: vi.fn() };
  let failure: string | undefined;
  const watch = new DescriptorWatch({ log, openFailure: () => failure });
  try {
    vi.advanceTimersByTime(20_000);
    expect(log.error).not.toHaveBeenCalled();
    failure = 'EMFILE';
    vi.advanceTimersByTime(20_000);
    expect(watch.look()).toMatchObject({ code: 'unavailable' });
    expect(log.error.mock.calls).toEqual([
      [{ hint: expect.stringContaining('LimitNOFILE') }, expect.stringMatching(/EMFILE.*new connections are closed/)],
    ]);
    failure = undefined;
    vi.advanceTimersByTime(20_000);
    expect(log.info).toHaveBeenCalledTimes(1);
    expect(watch.look()).toBeUndefined();
  } finally {
    watch.close();
    vi.useRealTimers();
  }
});

it('is what a request is answered that fails for want of a file descriptor', () => {
  const error = Object.assign(new Error('EMFILE: too many open files, open index.html'), { code: 'EMFILE' });
  expect(problemOf(error)).toMatchObject({ status: 503, code: 'unavailable', hint: expect.stringContaining('ulimit') });
});

it('sees a process that has really none left', async () => {
  const module = new URL('./descriptor-watch.js', import.meta.url.replace('/src/', '/dist/'));
  const program = `
    import { openSync } from 'node:fs';
    import { DescriptorWatch } from ${JSON.stringify(module)};
    const lines = [];
    const watch = new DescriptorWatch({ log: { error: (_, text) => lines.push(text), info: (text) => lines.push(text) } });
    watch.look();
    try { for (;;) openSync('/dev/null'); } catch {}
    watch.look();
    process.stdout.write(JSON.stringify(lines));
  `;
  const args = ['-c', 'ulimit -n 256; exec "$0" --input-type=module -e "$1"', process.execPath, program];
  const { stdout } = await promisify(execFile)('sh', args, { timeout: 20_000 });
  expect(JSON.parse(stdout)).toEqual([expect.stringContaining('EMFILE')]);
});
