import type { Detection } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { drawDetections, labelOf, type YuvPicture } from './draw.js';
import { colorOfClass } from './palette.js';
import { StrokeFont } from './stroke-font.js';

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
  it('draws the four sides in the colour of the class and leaves the inside alone', () => {
    const picture = greyPicture(640, 480);
    drawDetections(picture, [detection([100, 200, 300, 400], { class_id: 4 })], fonts);
    const color = colorOfClass(4);
    const expected = [color.y, color.u, color.v];
    for (const [x, y] of [
      [100, 300],
      [101, 300],
      [298, 300],
      [299, 300],
      [200, 201],
      [200, 399],
    ] as const) {
      expect(at(picture, x, y), `${x},${y}`).toEqual(expected);
    }
    for (const [x, y] of [
      [102, 300],
      [297, 300],
      [200, 300],
      [99, 300],
      [300, 300],
      [200, 400],
    ] as const) {
      expect(at(picture, x, y), `${x},${y}`).toEqual([100, 128, 128]);
    }
  });

  it('puts a filled label with readable text above the box, inside it at the upper edge', () => {
    for (const [top, from, to] of [
      [200, 180, 200],
      [0, 2, 18],
    ] as const) {
      const picture = greyPicture(640, 480);
      drawDetections(picture, [detection([100, top, 300, 400])], fonts);
      const color = colorOfClass(0);
      let [background, text] = [0, 0];
      for (let y = from; y < to; y++) {
        for (let x = 104; x < 160; x++) {
          const [luma] = at(picture, x, y);
          if (luma === color.y) background++;
          if (Math.abs(luma! - color.textY) < 40) text++;
        }
      }
      expect(background).toBeGreaterThan(300);
      expect(text).toBeGreaterThan(80);
    }
  });

  it('stays inside the picture and its memory, whatever the box', () => {
    const boxes: Detection['bbox'][] = [
      [-500, -500, 9000, 9000],
      [630, 470, 645, 490],
      [-20, -20, -10, -10],
      [1e12, 1e12, 2e12, 2e12],
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
      drawDetections(
        picture,
        boxes.map((bbox) => detection(bbox, { class_name: 'x'.repeat(300) })),
        fonts,
      );
      expect([...guard.subarray(0, 32), ...guard.subarray(-32)].every((value) => value === 7)).toBe(true);
    }
  });

  it('draws the surest box on top', () => {
    const picture = greyPicture(640, 480);
    const box: Detection['bbox'] = [100, 200, 300, 400];
    drawDetections(picture, [detection(box, { class_id: 1 }), detection(box, { class_id: 2, confidence: 0.4 })], fonts);
    expect(at(picture, 100, 300)[0]).toBe(colorOfClass(1).y);
  });
});

describe('labels', () => {
  it('say class and rounded confidence, of bounded length', () => {
    expect(labelOf(detection([0, 0, 1, 1]))).toBe('person 87%');
    expect(labelOf(detection([0, 0, 1, 1], { confidence: 0.996, class_name: 'y'.repeat(100) }))).toBe(
      `${'y'.repeat(40)} 100%`,
    );
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

  it('have text in black or white, far from their colour', () => {
    for (let id = 0; id < 16; id++) {
      const { y, textY } = colorOfClass(id);
      expect(Math.abs(y - textY), `class ${id}`).toBeGreaterThan(100);
    }
    expect(colorOfClass(16)).toBe(colorOfClass(0));
    expect(colorOfClass(-3)).toBe(colorOfClass(3));
  });
});
