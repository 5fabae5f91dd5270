/** A file system that never answers: one in user space, whose program says nothing. It takes root to make one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watch } from '../testing/watch-capture.js';

/** Mounts until its input ends; then whoever waits gets an error. */
const MOUNT = `
  exec 3<>/dev/fuse
  mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 lookout-test "$1" || exit 1
  echo mounted
  cat
  umount -l "$1"
`;

const canMount = process.getuid?.() === 0 && existsSync('/dev/fuse');

describe.runIf(canMount)('a file system that does not answer', () => {
  let folder: string;
  let mount: ChildProcess;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lookout-hanging-'));
    mount = spawn('bash', ['-c', MOUNT, 'bash', folder], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(mount.stdout!, 'data');
  });
  afterAll(async () => {
    if (mount.exitCode === null) await answer();
    rmdirSync(folder);
  });

  async function answer(): Promise<void> {
    mount.stdin!.end();
    await once(mount, 'exit');
  }

  it('ends its capture, holds one thread whatever is tried, and is forgotten once it answers', async () => {
    const url = join(folder, 'clip.mp4');
    const first = await watch({ url, openTimeoutMs: 300 });
    expect(first.error).toMatchObject({
      code: 'camera_stalled',
      message: expect.stringContaining('could not be read'),
    });
    const threads = readdirSync('/proc/self/task').length;
    for (let i = 0; i < 5; i++) {
      const again = await watch({ url, openTimeoutMs: 300 });
      expect(again.error).toMatchObject({
        code: 'camera_stalled',
        message: expect.stringContaining('earlier attempt'),
      });
    }
    expect(readdirSync('/proc/self/task').length).toBeLessThanOrEqual(threads);
    await answer();
    await expect
      .poll(async () => (await watch({ url, openTimeoutMs: 2000 })).error?.code, { timeout: 10_000 })
      .toBe('camera_not_found');
  }, 30_000);
});
