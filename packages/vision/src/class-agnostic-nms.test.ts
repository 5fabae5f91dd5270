import type { Detection } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { suppressAcrossClasses } from './class-agnostic-nms.js';

const seen = (class_name: string, class_id: number, confidence: number, bbox: Detection['bbox']): Detection => ({
  bbox,
  confidence,
  class_id,
  class_name,
});

describe('suppressAcrossClasses', () => {
  it('keeps the surest of the classes that one van is taken for', () => {
    const van = [
      seen('car', 2, 0.6, [100, 100, 200, 180]),
      seen('truck', 7, 0.5, [101, 99, 201, 181]),
      seen('bus', 5, 0.3, [99, 101, 199, 180]),
    ];
    expect(suppressAcrossClasses(van, 0.8).map(({ class_name }) => class_name)).toEqual(['car']);
  });

  it('leaves a person on a horse alone, and two of a kind to the detector', () => {
    const scene = [
      seen('horse', 17, 0.9, [100, 100, 300, 300]),
      seen('person', 0, 0.8, [150, 40, 240, 220]),
      seen('person', 0, 0.7, [152, 41, 241, 221]),
    ];
    expect(suppressAcrossClasses(scene, 0.8)).toEqual(scene);
  });

  it('takes no box and empty boxes', () => {
    expect(suppressAcrossClasses([], 0.8)).toEqual([]);
    const dots = [seen('bird', 14, 0.5, [5, 5, 5, 5]), seen('kite', 33, 0.4, [5, 5, 5, 5])];
    expect(suppressAcrossClasses(dots, 0.8)).toEqual(dots);
  });
});
