import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Step } from './progress.js';
import { provideTurboJpeg } from './turbo-jpeg.js';

let directory: string;
const asked = vi.fn();
const silent: Step = (_title, work) => work();
const provide = (installedAt: string[], fetch: (path: string) => Promise<void>) =>
  provideTurboJpeg(directory, silent, {
    installedAt,
    fetch: (path) => {
      asked(path);
      return fetch(path);
    },
  });

beforeEach(async () => {
  asked.mockClear();
  directory = await mkdtemp(join(tmpdir(), 'lookout-turbo-jpeg-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true });
});

it("leaves it to the loader where the system has one, in any architecture's folder", async () => {
  await writeFile(join(directory, 'libturbojpeg.so.0'), 'installed');
  const anyFolder = `${join(directory, '..')}/*/libturbojpeg.so.0`;
  expect(await provide([anyFolder], () => Promise.reject(new Error('not to be asked')))).toBeUndefined();
  expect(asked).not.toHaveBeenCalled();
});

it('fetches it once', async () => {
  const fetch = (path: string) => writeFile(path, 'library');
  const path = join(directory, 'libturbojpeg.so.0');
  expect(await provide([], fetch)).toBe(path);
  expect(await provide([], fetch)).toBe(path);
  expect(asked.mock.calls).toEqual([[path]]);
});

it('says what it is missed for where it cannot be had, and tries again the day after', async () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const offline = () => Promise.reject(new Error('no network'));
  expect(await provide([], offline)).toBeUndefined();
  expect(said.mock.calls.join()).toMatch(/encoded by FFmpeg.*\(no network\)/);
  expect(await provide([], offline)).toBeUndefined();
  expect(asked).toHaveBeenCalledTimes(1);
  const yesterday = Date.now() / 1000 - 25 * 3600;
  await utimes(join(directory, 'libturbojpeg-not-found'), yesterday, yesterday);
  await provide([], offline);
  expect(asked).toHaveBeenCalledTimes(2);
});
