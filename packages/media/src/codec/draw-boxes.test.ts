import type { Detection } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { colorOfClass, drawDetections, labelOf } from './draw-boxes.js';
import { StrokeFont } from './stroke-font.js';
import type { YuvPicture } from './yuv-picture.js';

function greyPicture(width: number, height: number): YuvPicture {
  const [uvStride, uvRows] = [(width + 1) >> 1, (height + 1) >> 1];
  return {
    width,
    height,
    y: new Uint8Array(width * height).fill(100),
    u: new Uint8Array(uvStride * uvRows).fill(128),
    v: new Uint8Array(uvStride * uvRows).fill(128),
    yStride: width,
    uvStride,
  };
}

function detection(bbox: Detection['bbox'], more: Partial<Detection> = {}): Detection {
  return { bbox, confidence: 0.87, class_id: 0, class_name: 'person', ...more };
}

const fonts = (unit: number) => new StrokeFont(Math.max(1, unit));

function at({ y, u, v, yStride, uvStride }: YuvPicture, px: number, py: number): number[] {
  const chroma = (py >> 1) * uvStride + (px >> 1);
  return [y[py * yStride + px]!, u[chroma]!, v[chroma]!];
}

describe('drawDetections', () => {
  it('draws a line inside the box in the colour of its family, and a dark halo around it', () => {
    const picture = greyPicture(640, 480);
    drawDetections(picture, [detection([100, 200, 300, 400], { class_name: 'car', since: 0 })], 5000, fonts);
    const { y, u, v } = colorOfClass('car');
    for (const [px, py] of [
      [100, 300],
      [101, 300],
      [298, 300],
      [299, 300],
      [200, 201],
      [200, 399],
    ] as const) {
      expect(at(picture, px, py), `${px},${py}`).toEqual([y, u, v]);
    }
    for (const [px, py] of [
      [99, 300],
      [300, 300],
      [200, 199],
      [200, 400],
    ] as const) {
      // 45 % of black over a luma of 100.
      expect(at(picture, px, py)[0], `${px},${py}`).toBe(55);
    }
    for (const [px, py] of [
      [102, 300],
      [297, 300],
      [200, 300],
      [98, 300],
      [301, 300],
    ] as const) {
      expect(at(picture, px, py), `${px},${py}`).toEqual([100, 128, 128]);
    }
  });

  it('grows with the picture', () => {
    const lines = (height: number) => {
      const picture = greyPicture(400, height);
      drawDetections(picture, [detection([100, 20, 300, height - 20], { since: 0 })], 5000, fonts);
      const { y } = colorOfClass('person');
      return Array.from({ length: 400 }, (_, x) => at(picture, x, height / 2)[0]).filter((luma) => luma === y).length;
    };
    expect([240, 480, 720, 1080, 2160].map(lines)).toEqual([4, 4, 4, 6, 12]);
  });

  it('rounds the corners', () => {
    const picture = greyPicture(1280, 720);
    drawDetections(picture, [detection([100, 200, 300, 400], { since: 0 })], 5000, fonts);
    const { y } = colorOfClass('person');
    expect(at(picture, 100, 200)[0]).toBe(100);
    expect(at(picture, 299, 399)[0]).toBe(100);
    // Half-way round a corner of 6 pixels.
    expect(at(picture, 102, 202)[0]).toBeGreaterThan((100 + y) / 2);
  });

  it('labels new objects for two seconds, above the box, three at most, with no score', () => {
    const drawnAbove = (since: number | undefined, timestampMs: number | undefined) => {
      const picture = greyPicture(1280, 720);
      drawDetections(
        picture,
        [detection([100, 200, 300, 400], since === undefined ? {} : { since })],
        timestampMs,
        fonts,
      );
      return picture.y.subarray(170 * 1280, 195 * 1280).some((luma) => luma !== 100);
    };
    expect(drawnAbove(1000, 1500)).toBe(true);
    expect(drawnAbove(1000, 2999)).toBe(true);
    expect(drawnAbove(1000, 3000)).toBe(false);
    expect(drawnAbove(undefined, undefined)).toBe(true);
    const picture = greyPicture(1280, 720);
    const row = Array.from({ length: 5 }, (_, i) => detection([250 * i, 200, 250 * i + 100, 400]));
    drawDetections(picture, row, undefined, fonts);
    const labelled = row.filter(({ bbox: [x1] }) => at(picture, x1 + 12, 184)[0] !== 100);
    expect(labelled).toEqual(row.slice(0, 3));
  });

  it('writes white text on dark glass, with a dot of the family', () => {
    const picture = greyPicture(1280, 720);
    drawDetections(picture, [detection([100, 200, 300, 400])], undefined, fonts);
    let [glass, text] = [0, 0];
    for (let y = 174; y < 195; y++) {
      for (let x = 120; x < 175; x++) {
        const [luma] = at(picture, x, y);
        if (luma! < 45) glass++;
        if (luma! > 200) text++;
      }
    }
    expect(glass).toBeGreaterThan(500);
    expect(text).toBeGreaterThan(60);
    const { y, u, v } = colorOfClass('person');
    const [luma, blue, red] = at(picture, 112, 184) as [number, number, number];
    expect(Math.abs(luma - y)).toBeLessThan(5);
    expect(Math.sign(blue - 128)).toBe(Math.sign(u - 128));
    expect(Math.sign(red - 128)).toBe(Math.sign(v - 128));
  });

  it('draws a guess dashed, without label', () => {
    const picture = greyPicture(1280, 720);
    drawDetections(picture, [detection([100, 200, 300, 400], { confirmed: false })], undefined, fonts);
    const side = Array.from({ length: 100 }, (_, i) => at(picture, 100, 250 + i)[0]! > 150);
    expect(side.filter(Boolean).length).toBeGreaterThan(40);
    expect(side.filter(Boolean).length).toBeLessThan(70);
    expect(picture.y.subarray(0, 199 * 1280).every((luma) => luma === 100)).toBe(true);
  });

  it('stays inside the picture and its memory, whatever the box', () => {
    const boxes: Detection['bbox'][] = [
      [-500, -500, 9000, 9000],
      [630, 470, 645, 490],
      [-20, -20, -10, -10],
      [1e12, 1e12, 2e12, 2e12],
      [-1e12, -1e12, 1e12, 1e12],
      [50, 50, 50, 50],
      [90, 90, 10, 10],
      [Number.NaN, 0, 10, 10],
    ];
    for (const [width, height] of [
      [640, 480],
      [33, 17],
      [1, 1],
    ] as const) {
      const picture = greyPicture(width, height);
      const guard = new Uint8Array(picture.y.length + 64).fill(7);
      guard.set(picture.y, 32);
      picture.y = guard.subarray(32, 32 + picture.y.length);
      for (const confirmed of [undefined, false] as const) {
        for (const class_name of ['x', 'x'.repeat(300)]) {
          drawDetections(
            picture,
            boxes.map((bbox) => detection(bbox, { class_name, ...(confirmed === false && { confirmed }) })),
            undefined,
            fonts,
          );
        }
      }
      expect([...guard.subarray(0, 32), ...guard.subarray(-32)].every((value) => value === 7)).toBe(true);
    }
  });

  it('draws the surest box on top', () => {
    const picture = greyPicture(640, 480);
    const box: Detection['bbox'] = [100, 200, 300, 400];
    drawDetections(
      picture,
      [detection(box, { class_name: 'dog' }), detection(box, { class_name: 'car', confidence: 0.4 })],
      undefined,
      fonts,
    );
    expect(at(picture, 100, 300)[0]).toBe(colorOfClass('dog').y);
  });
});

describe('labels', () => {
  it('say the class, of bounded length', () => {
    expect(labelOf(detection([0, 0, 1, 1]))).toBe('person');
    expect(labelOf(detection([0, 0, 1, 1], { class_name: 'y'.repeat(100) }))).toBe('y'.repeat(40));
  });

  it('have a glyph of their own for each printable ASCII character and ? for others', () => {
    const font = new StrokeFont(1.5);
    const shapes = new Map<string, string>();
    for (let code = 33; code <= 126; code++) {
      const { covered, width } = font.glyph(String.fromCharCode(code));
      const pixels = [...covered].map((pixel) => ({
        row: pixel >> 16,
        column: (pixel >> 8) & 255,
        coverage: pixel & 255,
      }));
      expect(pixels.every(({ row, column }) => row < font.height && column < width)).toBe(true);
      expect(Math.max(...pixels.map(({ coverage }) => coverage)), String.fromCharCode(code)).toBeGreaterThan(200);
      shapes.set(`${width}:${covered.join()}`, String.fromCharCode(code));
    }
    expect(shapes.size).toBe(126 - 33 + 1);
    expect(font.glyph(' ').covered).toHaveLength(0);
    for (const other of ['é', '猫', '\u0007', '😀', 'constructor']) expect(font.glyph(other)).toBe(font.glyph('?'));
  });

  it.each([0, 0.4, 16.5, Number.NaN])('have no font of %s pixels a unit', (unit) => {
    expect(() => new StrokeFont(unit)).toThrow('Expected `unit` in [0.5, 16]');
  });

  it('stay inside a byte at the largest size', () => {
    const font = new StrokeFont(16);
    for (const wide of ['@', 'W', 'M', '%']) expect(font.glyph(wide).width).toBeLessThanOrEqual(256);
  });
});
