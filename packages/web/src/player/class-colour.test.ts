import { describe, expect, it } from 'vitest';
import { classColour, classRgb, LABEL_TEXT, relativeLuminance } from './class-colour.js';

describe('classColour', () => {
  it('lets its label be read for every class', () => {
    const text = LABEL_TEXT.match(/[0-9a-f]{2}/g)!.map((hex) => Number.parseInt(hex, 16)) as [number, number, number];
    for (let id = 0; id < 400; id++) {
      const contrast = (relativeLuminance(classRgb(id)) + 0.05) / (relativeLuminance(text) + 0.05);
      expect(contrast).toBeGreaterThan(7);
    }
  });

  it('gives neighbours different colours, and a class always the same', () => {
    for (let id = 0; id < 20; id++) {
      const [a, b] = [classRgb(id), classRgb(id + 1)];
      expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeGreaterThan(60);
    }
    expect(classColour(3)).toBe(classColour(3));
    expect(classColour(3)).toMatch(/^rgb\(\d+ \d+ \d+\)$/);
  });

  it('knows the luminance of white and black', () => {
    expect(relativeLuminance([255, 255, 255])).toBeCloseTo(1, 6);
    expect(relativeLuminance([0, 0, 0])).toBe(0);
  });
});
