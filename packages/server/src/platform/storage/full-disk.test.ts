import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { storedCamera as camera } from '../../testing/repositories-suite.js';
import { openStorage } from './index.js';

const disk = mkdtempSync(join(tmpdir(), 'lookout-disk-'));
const page = 4096;
const pages = 256;

/** A disk of one megabyte. Only root may mount one, and not in every container. */
function mounted(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${pages * page}`, 'tmpfs', disk], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

/** Takes all room but so many pages. */
function fill(leave = 0): void {
  const filler = join(disk, 'filler');
  try {
    for (;;) appendFileSync(filler, Buffer.alloc(page));
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
  }
  if (leave === 0) return;
  rmSync(filler);
  writeFileSync(filler, Buffer.alloc((pages - leave) * page));
}

const isMounted = mounted();
if (!isMounted) console.warn('full-disk.test.ts is skipped: a small disk can be mounted by root only');

describe.runIf(isMounted)('a full disk', () => {
  afterAll(() => {
    // Lazily: what SQLite had open is closed with the next garbage collection.
    execFileSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true, force: true });
  });

  // Whatever of the lock, the database and its side files finds no room first.
  it.each([0, 1, 2, 3, 4, 6, 8, 10, 12, 16, 20])('is what a start with room for %d pages names', async (leave) => {
    fill(leave);
    await expect(openStorage(join(disk, 'data'))).rejects.toThrow(
      expect.objectContaining({ code: 'storage_failed', message: expect.stringContaining('the disk is full') }),
    );
    rmSync(join(disk, 'filler'));
    rmSync(join(disk, 'data'), { recursive: true, force: true });
  });

  it('refuses a change, keeps what was there, and takes it once there is room', async () => {
    const storage = await openStorage(join(disk, 'data'));
    await storage.cameras.insert(camera);
    fill();
    const full = expect.objectContaining({ message: expect.stringContaining('the disk is full'), status: 503 });
    await expect(storage.cameras.insert({ ...camera, id: 'gate' })).rejects.toThrow(full);
    await expect(storage.cameras.update({ ...camera, name: 'Back yard' })).rejects.toThrow(full);
    expect(await storage.cameras.list()).toEqual([camera]);
    rmSync(join(disk, 'filler'));
    await storage.cameras.update({ ...camera, name: 'Back yard' });
    await storage.close();
    const again = await openStorage(join(disk, 'data'));
    expect(await again.cameras.list()).toEqual([{ ...camera, name: 'Back yard' }]);
    await again.close();
    rmSync(join(disk, 'data'), { recursive: true, force: true });
  });

  it('has no room for a backup, of which nothing is left', async () => {
    const storage = await openStorage(join(disk, 'data'));
    fill();
    const manifest = { made_at: 0, version: '1', models: [] };
    const writing = storage.backups.write(join(disk, 'copy.db'), manifest, new Uint8Array(32));
    await expect(writing).rejects.toThrow(expect.objectContaining({ code: 'storage_failed' }));
    expect(readdirSync(disk)).not.toContain('copy.db');
    rmSync(join(disk, 'filler'));
    await storage.close();
    rmSync(join(disk, 'data'), { recursive: true, force: true });
  });

  it('is told apart from one that is read-only', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', disk]);
    await expect(openStorage(join(disk, 'data'))).rejects.toThrow(/read-only/);
    execFileSync('umount', [disk]);
  });
});
