import { expect } from 'vitest';
import type { LookoutProcess } from '../lookout-process.js';
import { until } from '../until.js';

/** Resident memory that the server should never exceed, bytes. */
const MAX_RESIDENT_BYTES = 1e9;
/** More files and sockets than it has open with a camera or two. */
const MAX_OPEN_FILES = 150;

/** Checks that the server is alive, holds nothing for disconnected clients, and logged no failure and none of these secrets. */
export async function expectSound(lookout: LookoutProcess, secrets: readonly string[]): Promise<void> {
  expect(lookout.running).toBe(true);
  expect((await lookout.fetch('/readyz')).status).toBe(200);
  expect(await lookout.metric('process_resident_memory_bytes')).toBeLessThan(MAX_RESIDENT_BYTES);
  expect(await lookout.metric('process_open_fds')).toBeLessThan(MAX_OPEN_FILES);
  await until('no frame is in flight', async () => {
    const { frames } = await lookout.json<{ frames: { in_flight: number } }>('/stream/stats');
    return frames.in_flight === 0;
  });
  expect(lookout.output.stderr).toBe('');
  const bad = lookout.output.stdout.split('\n').filter((line) => /"level":(50|60)/.test(line));
  expect(bad.slice(0, 5)).toEqual([]);
  expect(secrets.filter((secret) => lookout.output.text.includes(secret))).toEqual([]);
}
