import type { Detection } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { Candidates, toSourceBoxes } from './candidates.js';
import { suppress, suppressAcrossClasses } from './nms.js';

function candidates(
  ...rows: [x1: number, y1: number, x2: number, y2: number, score: number, classId: number][]
): Candidates {
  const list = new Candidates();
  for (const row of rows) list.add(...row);
  return list;
}

describe('suppress', () => {
  it('keeps the better of two boxes of one object, best first', () => {
    const list = candidates([0, 0, 10, 10, 0.5, 0], [50, 50, 60, 60, 0.6, 0], [1, 0, 11, 10, 0.9, 0]);
    expect(suppress(list, 0.5, 100)).toEqual([2, 1]);
  });

  it('lets boxes of different classes overlap', () => {
    expect(suppress(candidates([0, 0, 10, 10, 0.9, 0], [0, 0, 10, 10, 0.8, 1]), 0.5, 100)).toEqual([0, 1]);
  });

  it('keeps boxes that overlap exactly as much as allowed', () => {
    // 10×10 against half of it: IoU 0.5.
    const list = candidates([0, 0, 10, 10, 0.9, 0], [0, 0, 5, 10, 0.8, 0]);
    expect(suppress(list, 0.5, 100)).toEqual([0, 1]);
    expect(suppress(list, 0.49, 100)).toEqual([0]);
  });

  it('does not let a box that lost silence others', () => {
    const list = candidates([0, 0, 10, 10, 0.9, 0], [4, 0, 14, 10, 0.8, 0], [8, 0, 18, 10, 0.7, 0]);
    expect(suppress(list, 0.3, 100)).toEqual([0, 2]);
  });

  it('stops at the most wanted', () => {
    expect(suppress(candidates([0, 0, 1, 1, 0.1, 0], [5, 5, 6, 6, 0.3, 0], [9, 9, 10, 10, 0.2, 0]), 0.5, 2)).toEqual([
      1, 2,
    ]);
  });
});

describe('Candidates', () => {
  it('stays bounded and keeps the best of very many', () => {
    const list = new Candidates();
    for (let i = 0; i < 100_000; i++) list.add(i, 0, i + 1, 1, ((i * 7919) % 100_000) / 100_000, i % 80);
    expect(list.scores.length).toBeLessThanOrEqual(16_384);
    const best = [...list.order()].slice(0, 4000).map((i) => Math.round(list.scores[i]! * 100_000));
    expect(best).toEqual(Array.from({ length: 4000 }, (_, i) => 99_999 - i));
    const strongest = list.order()[0]!;
    expect((list.boxes[strongest * 4]! * 7919) % 100_000).toBe(99_999);
  });

  it('begins anew after clear', () => {
    const list = candidates([0, 0, 1, 1, 0.5, 0]);
    list.clear();
    expect(suppress(list, 0.5, 10)).toEqual([]);
  });
});

describe('toSourceBoxes', () => {
  const letterbox = { width: 416, height: 320, x: 0, y: 4, contentWidth: 416, contentHeight: 312, fill: 114 };

  it('maps from the letterbox to the source', () => {
    const list = candidates([104, 82, 208, 160, 0.5, 1]);
    const [detection] = toSourceBoxes(list, [0], letterbox, 832, 624, ['person', 'car']);
    expect(detection).toEqual({ bbox: [208, 156, 416, 312], confidence: 0.5, class_id: 1, class_name: 'car' });
  });

  it('clips to the source and leaves out what lies in the border', () => {
    const list = candidates([-20, -20, 500, 400, 0.5, 0], [10, 0, 20, 3, 0.5, 0]);
    const detections = toSourceBoxes(list, [0, 1], letterbox, 640, 480, ['person']);
    expect(detections.map(({ bbox }) => bbox)).toEqual([[0, 0, 640, 480]]);
  });

  it('names classes nobody named by their number', () => {
    expect(toSourceBoxes(candidates([0, 9, 9, 20, 0.5, 7]), [0], letterbox, 640, 480, [])[0]?.class_name).toBe(
      'class_7',
    );
  });
});

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
