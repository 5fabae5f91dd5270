import { describe, expect, it } from 'vitest';
import { planLetterbox } from './letterbox.js';

const FREE = { kind: 'free', multiple: 32 } as const;
const FIXED = { kind: 'fixed', width: 640, height: 640 } as const;
const CENTER = { anchor: 'center', fill: 114 } as const;

describe('planLetterbox', () => {
  it.each([
    { source: [640, 480], size: 416, expected: [416, 320, 0, 4, 416, 312] },
    { source: [1280, 720], size: 416, expected: [416, 256, 0, 11, 416, 234] },
    { source: [480, 640], size: 416, expected: [320, 416, 4, 0, 312, 416] },
    { source: [500, 500], size: 320, expected: [320, 320, 0, 0, 320, 320] },
    { source: [64, 48], size: 320, expected: [320, 256, 0, 8, 320, 240] },
    { source: [10_000, 1], size: 640, expected: [640, 32, 0, 15, 640, 1] },
  ])('gives $source at $size the smallest rectangle that holds it', ({ source, size, expected }) => {
    const plan = planLetterbox({ input: FREE, letterbox: CENTER }, source[0]!, source[1]!, size);
    const [width, height, x, y, contentWidth, contentHeight] = expected;
    expect(plan).toEqual({ width, height, x, y, contentWidth, contentHeight, fill: 114 });
  });

  it('fills a fixed input, whatever size is asked for', () => {
    const plan = planLetterbox({ input: FIXED, letterbox: CENTER }, 1280, 720, 320);
    expect(plan).toEqual({ width: 640, height: 640, x: 0, y: 140, contentWidth: 640, contentHeight: 360, fill: 114 });
  });

  it('puts the picture into the top-left corner where the model was trained so', () => {
    const plan = planLetterbox({ input: FIXED, letterbox: { anchor: 'top-left', fill: 0 } }, 720, 1280, 320);
    expect(plan).toEqual({ width: 640, height: 640, x: 0, y: 0, contentWidth: 360, contentHeight: 640, fill: 0 });
  });

  it('stretches where the model was trained so', () => {
    const plan = planLetterbox({ input: FIXED, letterbox: { anchor: 'stretch', fill: 0 } }, 1280, 720, 320);
    expect(plan).toMatchObject({ x: 0, y: 0, contentWidth: 640, contentHeight: 640 });
  });
});
