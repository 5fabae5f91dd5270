import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Rendered } from '../frame/frame.js';
import { DEFAULT_JPEG_LIMITS, readJpegHeader } from '../jpeg/jpeg-header.js';
import { makeClip, makeTurnedClip } from '../testing/clips.js';
import { watch } from '../testing/watch-capture.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lookout-turned-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What becomes of the first frame of a clip. @param size of the picture as it is to be shown */
async function firstFrame(path: string, [width, height]: [number, number]) {
  const letterbox = { width, height, x: 0, y: 0, contentWidth: width, contentHeight: height, fill: 114 };
  let rendering: Promise<Rendered> | undefined;
  const { infos, error, invalid } = await watch({ url: path }, (frame, abort) => {
    rendering ??= frame.render({ rgb: letterbox, jpegQuality: 80 }).finally(abort);
  });
  expect([error, invalid]).toEqual([undefined, []]);
  const { rgb, jpeg } = await rendering!;
  const colorAt = (x: number, y: number) => {
    const [red = 0, , blue = 0] = rgb!.subarray((y * width + x) * 3);
    return red > 200 && blue < 60 ? 'red' : blue > 200 && red < 60 ? 'blue' : `${red}, ${blue}`;
  };
  return { info: infos[0], colorAt, jpeg: readJpegHeader(jpeg!, DEFAULT_JPEG_LIMITS) };
}

it.each<[90 | 180 | 270, [number, number], [number, number], [number, number]]>([
  [90, [240, 320], [120, 20], [120, 300]],
  [180, [320, 240], [300, 120], [20, 120]],
  [270, [240, 320], [120, 300], [120, 20]],
])('shows a recording upright that is stored turned by %i°', async (rotation, size, red, blue) => {
  const path = makeTurnedClip(folder, `${rotation}.mp4`, rotation);
  const { info, colorAt, jpeg } = await firstFrame(path, size);
  expect([info?.width, info?.height]).toEqual(size);
  expect([jpeg.width, jpeg.height]).toEqual(size);
  expect([colorAt(...red), colorAt(...blue)]).toEqual(['red', 'blue']);
});

it('leaves others as they are', async () => {
  const path = makeClip(folder, 'plain.mp4', '320x240');
  const { info } = await firstFrame(path, [320, 240]);
  expect([info?.width, info?.height]).toEqual([320, 240]);
});
