import type { Detection, Line, Zone } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { drawOverlay, labelText, type Overlay } from './draw-overlay.js';
import { colorOfClass, toYuv } from './overlay-colors.js';
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

const draw = (picture: YuvPicture, overlay: Overlay) =>
  drawOverlay(picture, overlay, (unit) => new StrokeFont(Math.max(1, unit)));

function at({ y, u, v, yStride, uvStride }: YuvPicture, px: number, py: number): number[] {
  const chroma = (py >> 1) * uvStride + (px >> 1);
  return [y[py * yStride + px]!, u[chroma]!, v[chroma]!];
}

describe('drawOverlay', () => {
  it('draws a line inside the box in the colour of its family, and a dark halo around it', () => {
    const picture = greyPicture(640, 480);
    draw(picture, {
      detections: [detection([100, 200, 300, 400], { class_name: 'car', since: 0 })],
      timestampMs: 5000,
    });
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
      draw(picture, { detections: [detection([100, 20, 300, height - 20], { since: 0 })], timestampMs: 5000 });
      const { y } = colorOfClass('person');
      return Array.from({ length: 400 }, (_, x) => at(picture, x, height / 2)[0]).filter((luma) => luma === y).length;
    };
    expect([240, 480, 720, 1080, 2160].map(lines)).toEqual([4, 4, 4, 6, 12]);
  });

  it('rounds the corners', () => {
    const picture = greyPicture(1280, 720);
    draw(picture, { detections: [detection([100, 200, 300, 400], { since: 0 })], timestampMs: 5000 });
    const { y } = colorOfClass('person');
    expect(at(picture, 100, 200)[0]).toBe(100);
    expect(at(picture, 299, 399)[0]).toBe(100);
    // Half-way round a corner of 6 pixels.
    expect(at(picture, 102, 202)[0]).toBeGreaterThan((100 + y) / 2);
  });

  it('labels new objects for two seconds, above the box, three at most, with no score', () => {
    const drawnAbove = (since: number | undefined, timestampMs: number | undefined) => {
      const picture = greyPicture(1280, 720);
      const detections = [detection([100, 200, 300, 400], since === undefined ? {} : { since })];
      draw(picture, { detections, timestampMs });
      return picture.y.subarray(170 * 1280, 195 * 1280).some((luma) => luma !== 100);
    };
    expect(drawnAbove(1000, 1500)).toBe(true);
    expect(drawnAbove(1000, 2999)).toBe(true);
    expect(drawnAbove(1000, 3000)).toBe(false);
    expect(drawnAbove(undefined, undefined)).toBe(true);
    const picture = greyPicture(1280, 720);
    const row = Array.from({ length: 5 }, (_, i) => detection([250 * i, 200, 250 * i + 100, 400]));
    draw(picture, { detections: row });
    const labelled = row.filter(({ bbox: [x1] }) => at(picture, x1 + 12, 184)[0] !== 100);
    expect(labelled).toEqual(row.slice(0, 3));
  });

  it('writes white text on dark glass, with a dot of the family', () => {
    const picture = greyPicture(1280, 720);
    draw(picture, { detections: [detection([100, 200, 300, 400])] });
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
    draw(picture, { detections: [detection([100, 200, 300, 400], { confirmed: false })] });
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
          const detections = boxes.map((bbox) =>
            detection(bbox, { class_name, ...(confirmed === false && { confirmed }) }),
          );
          draw(picture, { detections });
        }
      }
      expect([...guard.subarray(0, 32), ...guard.subarray(-32)].every((value) => value === 7)).toBe(true);
    }
  });

  it('draws the surest box on top', () => {
    const picture = greyPicture(640, 480);
    const box: Detection['bbox'] = [100, 200, 300, 400];
    const detections = [detection(box, { class_name: 'dog' }), detection(box, { class_name: 'car', confidence: 0.4 })];
    draw(picture, { detections });
    expect(at(picture, 100, 300)[0]).toBe(colorOfClass('dog').y);
  });
});

describe('zones and lines', () => {
  const lawn: Zone = {
    name: 'lawn',
    points: [
      [0.25, 0.25],
      [0.75, 0.25],
      [0.75, 0.75],
      [0.25, 0.75],
    ],
    color: '#33e6a0',
  };
  const gate: Line = { name: 'gate', from: [0.1, 0.1], to: [0.1, 0.9] };

  function drawn(overlay: Partial<Overlay>): YuvPicture {
    const picture = greyPicture(1280, 720);
    draw(picture, { detections: [], ...overlay });
    return picture;
  }

  it('shows an area with an outline in its colour, a halo, a light fill and its name', () => {
    const picture = drawn({ regions: { zones: [lawn], lines: [] } });
    const { y, u, v } = toYuv(0x33e6a0);
    // The outline at x = 320 is two pixels wide.
    expect(at(picture, 320, 500)[0]).toBeCloseTo(y, -1);
    expect(at(picture, 319, 500)[0]).toBeCloseTo(y, -1);
    expect(at(picture, 318, 500)[0]).toBeLessThan(70);
    const [luma, blue, red] = at(picture, 640, 500) as [number, number, number];
    expect(luma).toBeCloseTo(100 + 0.12 * (y - 100), -0.5);
    expect(Math.sign(blue - 128)).toBe(Math.sign(u - 128));
    expect(Math.sign(red - 128)).toBe(Math.sign(v - 128));
    expect(at(picture, 640, 700)).toEqual([100, 128, 128]);
    // Its name, at its upper left corner.
    expect(picture.y.subarray(195 * 1280 + 330, 195 * 1280 + 390).some((value) => value > 200)).toBe(true);
  });

  it('shows a line with an arrow to its forward side', () => {
    const picture = drawn({ regions: { zones: [], lines: [gate] } });
    const { y } = toYuv(0x33e6a0);
    expect(at(picture, 128, 200)[0]).toBeCloseTo(y, -1);
    // Drawn downwards, right is the left side of the picture; the arrow is 70 pixels long.
    expect(at(picture, 100, 360)[0]).toBeCloseTo(y, -1);
    expect(at(picture, 156, 360)[0]).toBe(100);
  });

  it('draws what fires stronger, and what set it off in the colour of alarm', () => {
    const calm = drawn({ regions: { zones: [lawn], lines: [] } });
    const box = detection([600, 400, 700, 500], { track_id: 7, since: 0 });
    const firing = drawn({
      detections: [box],
      timestampMs: 5000,
      alarmed: new Set([7]),
      firing: new Set(['Lawn']),
      regions: { zones: [lawn], lines: [] },
    });
    expect(at(firing, 900, 500)[0]).toBeGreaterThan(at(calm, 900, 500)[0]!);
    const { y, u, v } = toYuv(0xff5b4d);
    expect(at(firing, 600, 450)).toEqual([y, u, v]);
    expect(at(firing, 602, 450)).toEqual([y, u, v]);
  });

  it('stays inside the picture, whatever the shape and the size', () => {
    for (const [width, height] of [
      [640, 480],
      [33, 17],
      [1, 1],
    ] as const) {
      const picture = greyPicture(width, height);
      const guard = new Uint8Array(picture.y.length + 64).fill(7);
      guard.set(picture.y, 32);
      picture.y = guard.subarray(32, 32 + picture.y.length);
      const whole: Zone['points'] = [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ];
      const lines: Line[] = [
        { name: 'edge', from: [0, 0], to: [1, 0] },
        { name: 'across', from: [1, 1], to: [0, 0] },
      ];
      draw(picture, { detections: [], regions: { zones: [{ name: 'all', points: whole }], lines } });
      expect([...guard.subarray(0, 32), ...guard.subarray(-32)].every((value) => value === 7)).toBe(true);
    }
  });
});

describe('labels', () => {
  it('say the class', () => {
    expect(labelText('person')).toBe('Person');
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
