import type { Detection, Line, ViewedFrameMetadata, Zone } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import {
  boxInFrame,
  containRect,
  DEFAULT_OVERLAY,
  drawOverlay,
  labelText,
  nextObject,
  type OverlaySettings,
  type OverlayView,
} from './overlay.js';

const detection: Detection = {
  bbox: [100, 100, 200, 300],
  confidence: 0.874,
  class_id: 0,
  class_name: 'person',
  track_id: 12,
  velocity: [50, -20],
};
const meta = { width: 640, height: 480 } as ViewedFrameMetadata;

it('containRect centres the picture', () => {
  expect(containRect(640, 480, 1000, 480)).toEqual({ x: 180, y: 0, width: 640, height: 480 });
  expect(containRect(640, 480, 320, 400)).toEqual({ x: 0, y: 80, width: 320, height: 240 });
});

describe('boxInFrame', () => {
  it('leaves a box alone on its own frame', () => {
    expect(boxInFrame(detection, meta)).toEqual([100, 100, 200, 300]);
    expect(boxInFrame(detection, { ...meta, detections_age_ms: 0 })).toEqual([100, 100, 200, 300]);
  });

  it('moves a box to where its object is in a newer frame', () => {
    expect(boxInFrame(detection, { ...meta, detections_age_ms: 100 })).toEqual([105, 98, 205, 298]);
  });

  it('leaves a box alone whose velocity is not known', () => {
    expect(boxInFrame({ ...detection, velocity: undefined }, { ...meta, detections_age_ms: 100 })).toEqual(
      detection.bbox,
    );
  });
});

describe('labelText', () => {
  it('is the name, how long the object has been there, or that it is a guess', () => {
    expect(labelText(detection)).toBe('Person');
    expect(labelText({ ...detection, since: 1000 }, 73_400)).toBe('Person, here 1 min');
    expect(labelText({ ...detection, since: 1000 }, 1500)).toBe('Person');
    expect(labelText({ ...detection, confirmed: false })).toBe('Perhaps a person');
    expect(labelText({ ...detection, class_name: 'umbrella', confirmed: false })).toBe('Perhaps an umbrella');
  });
});

it('nextObject goes from left to right through what is tracked, and round again', () => {
  const at = (x: number, track_id?: number): Detection => ({ ...detection, bbox: [x, 0, x + 50, 50], track_id });
  const detections = [at(300, 3), at(100, 1), at(200), at(250, 2)];
  const ids = (from: number | undefined, step: 1 | -1) => nextObject({ detections }, from, step)?.track_id;
  expect([ids(undefined, 1), ids(1, 1), ids(2, 1), ids(3, 1)]).toEqual([1, 2, 3, 1]);
  expect([ids(undefined, -1), ids(1, -1), ids(99, 1)]).toEqual([3, 3, 1]);
  expect(nextObject({ detections: [] }, 1, 1)).toBeUndefined();
});

describe('drawOverlay', () => {
  /** Each line and text drawn, with what it is drawn in. */
  function draw(detections: Detection[], view: Partial<OverlayView> = {}, settings: Partial<OverlaySettings> = {}) {
    const drawn: string[] = [];
    let rect = '';
    const context = {
      setTransform: () => undefined,
      beginPath: () => undefined,
      save: () => undefined,
      restore: () => undefined,
      arc: () => undefined,
      fill: () => void (context.globalAlpha < 1 && drawn.push(`fill ${context.fillStyle} ${context.globalAlpha}`)),
      moveTo: (x: number, y: number) => {
        rect = `${x} ${y}`;
      },
      lineTo: (x: number, y: number) => {
        rect += ` ${x} ${y}`;
      },
      setLineDash: (dash: number[]) => void drawn.push(`dash ${dash}`),
      roundRect: (...sides: number[]) => {
        rect = sides.join(' ');
      },
      stroke: () => void drawn.push(`${context.strokeStyle} ${context.lineWidth}: ${rect}`),
      measureText: (text: string) => ({ width: 6 * text.length }),
      fillText: (text: string) => void drawn.push(`"${text}"`),
      strokeStyle: '',
      fillStyle: '',
      lineWidth: 0,
      globalAlpha: 1,
    };
    const frame = { width: 640, height: 480, timestamp: 10_000, detections };
    drawOverlay(
      context as unknown as CanvasRenderingContext2D,
      frame,
      { ...DEFAULT_OVERLAY, ...settings },
      {
        width: 1280,
        height: 960,
        pixelRatio: 2,
        ...view,
      },
    );
    return drawn;
  }

  const known: Detection = { ...detection, since: 1000 };

  it('draws a halo around and a line of its family inside the box, thinner in narrow views', () => {
    expect(draw([known])).toEqual(['rgb(0 0 0 / 0.45) 1: 199.5 199.5 201 401 6.5', '#4fd2ff 2: 201 201 198 398 5']);
    expect(draw([{ ...known, class_name: 'car' }], { width: 480, height: 360 })).toEqual([
      'rgb(0 0 0 / 0.45) 1: 74.5 74.5 76 151 5.5',
      '#9a7dff 1.5: 75.75 75.75 73.5 148.5 4.25',
    ]);
    expect(draw([known], { width: 239, height: 180 })).toEqual([]);
  });

  it('labels what was confirmed less than two seconds ago, three at most, and what is pointed at', () => {
    const texts = (detections: Detection[], pointer?: OverlayView['pointer']) =>
      draw(detections, { pointer }).filter((one) => one.startsWith('"'));
    expect(texts([known])).toEqual([]);
    expect(texts([{ ...known, since: 9000 }])).toEqual(['"Person"']);
    expect(texts([known], { x: 300, y: 300 })).toEqual(['"Person, here 9 s"']);
    expect(texts([known], { x: 10, y: 10 })).toEqual([]);
    // By keys: the track.
    expect(texts([known], 12)).toEqual(['"Person, here 9 s"']);
    expect(texts([known], 13)).toEqual([]);
    const many = Array.from({ length: 5 }, (_, i): Detection => {
      return { ...known, bbox: [120 * i, 100, 120 * i + 60, 300], since: 9000 };
    });
    expect(texts(many)).toHaveLength(3);
  });

  it('enlarges where things are, but no lines and labels', () => {
    const closer = (x: number, y: number) => ({ zoom: { scale: 2, x, y }, pointer: 12 });
    expect(draw([known], closer(-200, -100))).toEqual([
      'rgb(0 0 0 / 0.45) 1: 199.5 299.5 401 801 6.5',
      '#4fd2ff 2: 201 301 398 798 5',
      '"Person, here 9 s"',
    ]);
    // The object is out of sight.
    expect(draw([known], closer(-1280, -960)).filter((one) => one.startsWith('"'))).toEqual([]);
  });

  it('draws a guess dashed, without halo or label', () => {
    const guess: Detection = { ...detection, track_id: undefined, confirmed: false };
    expect(draw([guess])).toEqual(['dash 4,3', '#f1f3f4 1: 200.5 200.5 199 399 5.5']);
    expect(draw([guess], { pointer: { x: 300, y: 300 } })).toContain('"Perhaps a person"');
  });

  it('draws what set off a warning stronger, in the colour of alarm', () => {
    const alarm = { trackIds: new Set([12]), regionNames: new Set<string>() };
    expect(draw([known, { ...known, track_id: 13 }], {}, { alarm })).toEqual([
      'rgb(0 0 0 / 0.45) 1: 199.5 199.5 201 401 6.5',
      '#4fd2ff 2: 201 201 198 398 5',
      'rgb(0 0 0 / 0.45) 1: 199.5 199.5 201 401 6.5',
      '#ff5b4d 2.5: 201.25 201.25 197.5 397.5 4.75',
    ]);
  });

  describe('zones and lines', () => {
    const lawn: Zone = {
      name: 'lawn',
      points: [
        [0.5, 0.5],
        [1, 0.5],
        [1, 1],
        [0.5, 1],
      ],
    };
    const gate: Line = { name: 'gate', from: [0.1, 0.2], to: [0.4, 0.2] };

    it('are drawn below the boxes, with halo, outline, fill and name', () => {
      const regions = { zones: [lawn], lines: [] };
      const outline = '640 480 1280 480 1280 960 640 960 640 480';
      expect(draw([known], {}, { regions })).toEqual([
        `rgb(0 0 0 / 0.45) 3.5: ${outline}`,
        'fill #33e6a0 0.12',
        `#33e6a0 1.5: ${outline}`,
        'rgb(0 0 0 / 0.45) 1: 199.5 199.5 201 401 6.5',
        '#4fd2ff 2: 201 201 198 398 5',
        '"lawn"',
      ]);
    });

    it('are stronger while a rule fires for them', () => {
      const alarm = { trackIds: new Set<number>(), regionNames: new Set(['Lawn']) };
      const drawn = draw([], {}, { regions: { zones: [lawn], lines: [] }, alarm });
      expect(drawn).toContain('fill #33e6a0 0.2');
      expect(drawn[2]).toContain('#33e6a0 2.5:');
    });

    it('have no names of lines in narrow views, and nothing in small ones', () => {
      const regions = { zones: [], lines: [gate] };
      expect(draw([], { width: 480, height: 360 }, { regions })).toContain('"gate"');
      expect(draw([], { width: 479, height: 360 }, { regions })).not.toContain('"gate"');
      expect(draw([], { width: 239, height: 180 }, { regions })).toEqual([]);
    });
  });
});
