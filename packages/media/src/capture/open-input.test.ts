import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { errnoOf, FormatContext } from '../codec/native.js';
import type { InputPlan } from './input-plan.js';
import { openInput } from './open-input.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lookout-open-'));
  writeFileSync(join(folder, 'raw'), new Uint8Array(64 * 48 * 1.5 * 3));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WRONG = { video_size: 'none' };
const RIGHT = { video_size: '64x48' };

/** Raw pictures, which open with the right size only, as a device does with a format it has. */
async function open(path: string, tries: Record<string, string>[], over = false) {
  const [options = {}, ...otherOptions] = tries;
  const plan: InputPlan = { input: path, format: 'rawvideo', options, otherOptions, transport: 'file', pace: 'live' };
  const context = new FormatContext();
  context.allocContext();
  try {
    const code = await openInput(context, plan, () => over);
    return { code, width: code < 0 ? undefined : context.streams[0]?.codecpar.width };
  } finally {
    await context.closeInput();
  }
}

it('takes the first options that work', async () => {
  expect(await open(join(folder, 'raw'), [RIGHT, WRONG])).toEqual({ code: 0, width: 64 });
  expect(await open(join(folder, 'raw'), [WRONG, WRONG, RIGHT])).toEqual({ code: 0, width: 64 });
});

it('gives the last error where none does', async () => {
  const { code } = await open(join(folder, 'raw'), [WRONG, WRONG]);
  expect(errnoOf(code)).toBe('EINVAL');
});

it('does not go on where nothing is, nor after an abort', async () => {
  const { code } = await open(join(folder, 'missing'), [RIGHT, WRONG]);
  expect(errnoOf(code)).toBe('ENOENT');
  expect((await open(join(folder, 'raw'), [WRONG, RIGHT], true)).code).toBeLessThan(0);
});
