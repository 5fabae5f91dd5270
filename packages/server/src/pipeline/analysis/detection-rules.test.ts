import type { Detection } from '@lookout/protocol';
import { createTracker } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES, type DetectionRules, detectionsOf, modelOptions, ObjectTracker } from './detection-rules.js';
import { packDetections } from './packed-detections.js';

const classNames = ['person', 'bicycle', 'car'];

function found(x: number, confidence: number, class_id = 0): Detection {
  return { bbox: [x, 10, x + 100, 210], confidence, class_id, class_name: '' };
}

function packed(detections: readonly Detection[], names: readonly string[] = classNames) {
  return { packed: packDetections(detections), classNames: names };
}

function at(timestampMs: number) {
  return { timestampMs, width: 640, height: 480 };
}

/** Frames of 10 fps through a tracker of their own. */
function follow(frames: readonly Detection[][], rules: DetectionRules = DEFAULT_RULES) {
  const objects = new ObjectTracker(createTracker());
  return frames.map((detections, i) => objects.shown(packed(detections), at(1000 + 100 * i), rules));
}

describe('modelOptions', () => {
  it('asks for what is shown, with the defaults of cameras, sessions and single images alike', () => {
    expect(modelOptions(DEFAULT_RULES, classNames, false)).toEqual({
      confidence: 0.4,
      iou: 0.6,
      crossClassIou: 0.8,
      maxDetections: 100,
    });
    expect(modelOptions({ ...DEFAULT_RULES, classes: ['car', 'person'] }, classNames, false).classIds).toEqual(
      new Set([2, 0]),
    );
  });

  it('asks for more where a tracker follows', () => {
    const rules = { ...DEFAULT_RULES, maxDetections: 3 };
    expect(modelOptions(rules, classNames, true)).toMatchObject({ confidence: 0.15, maxDetections: 100 });
    expect(modelOptions({ ...rules, confidence: 0.1 }, classNames, true).confidence).toBe(0.1);
  });
});

describe('detectionsOf', () => {
  it('keeps what reaches the threshold, highest score first, rounded', () => {
    const packed = packDetections([found(10.123456, 0.41), found(300, 0.39), found(600, 0.876543)]);
    expect(detectionsOf(packed, classNames, DEFAULT_RULES)).toEqual([
      { bbox: [600, 10, 700, 210], confidence: 0.877, class_id: 0, class_name: 'person' },
      { bbox: [10.1, 10, 110.1, 210], confidence: 0.41, class_id: 0, class_name: 'person' },
    ]);
    expect(detectionsOf(packed, classNames, { ...DEFAULT_RULES, maxDetections: 1 })).toHaveLength(1);
  });
});

describe('ObjectTracker', () => {
  it('shows a car on all frames where cars are looked for, though the model takes it for a bicycle at times', () => {
    const car = (class_id: number) => [found(10, 0.8, class_id), found(400, 0.9, 0)];
    const classes = [...Array<number>(6).fill(2), 1, 2, 1, 2, 2];
    const frames = follow(classes.map(car), { ...DEFAULT_RULES, classes: ['car'] });
    for (const { detections } of frames.slice(6)) {
      expect(detections.map(({ class_name }) => class_name)).toEqual(['car']);
    }
  });

  it('shows confirmed objects, and the rest as guesses', () => {
    const walker = found(10, 0.9);
    const frames = follow(
      [walker, ...Array<Detection>(14).fill(walker)].map((one, i) => [one, found(400, i < 5 ? 0.1 : 0.75)]),
    );
    const counts = frames.map(({ detections }) => detections.length);
    expect(counts[0]).toBe(0);
    expect(counts[7]).toBe(1);
    expect(counts.at(-1)).toBe(2);
    expect(counts).toEqual([...counts].sort());
    expect(frames[0]?.withGuesses[0]).toMatchObject({ track_id: 1, confirmed: false });
    const guessed = frames[7];
    expect(guessed?.withGuesses[0]).toBe(guessed?.detections[0]);
    expect(guessed?.withGuesses[1]).toMatchObject({ bbox: [400, 10, 500, 210], confirmed: false });
    const last = frames.at(-1);
    expect(last?.withGuesses).toBe(last?.detections);
    expect(last?.detections[0]?.confirmed).toBeUndefined();
    expect(last?.detections.map(({ since }) => since)).toEqual(
      [1, 2].map((count) => 1000 + 100 * counts.indexOf(count)),
    );
  });

  it('shows no box below the threshold, whatever the model thinks of one frame', () => {
    const scores = Array.from({ length: 200 }, (_, i) => 0.4 + 0.25 * Math.sin(i / 3) + 0.1 * Math.sin(i * 2.3));
    const frames = follow(scores.map((score) => [found(10, score)]));
    const shown = frames.flatMap(({ detections, withGuesses }) => [...detections, ...withGuesses]);
    expect(shown.length).toBeGreaterThan(50);
    expect(shown.filter(({ confidence }) => confidence < DEFAULT_RULES.confidence)).toEqual([]);
  });

  it('shows the class the track has by vote', () => {
    const frames = follow(Array.from({ length: 20 }, (_, i) => [found(10, 0.8, i % 4 === 3 ? 1 : 2)]));
    expect(new Set(frames.flatMap(({ detections }) => detections.map(({ class_name }) => class_name)))).toEqual(
      new Set(['car']),
    );
  });

  it('answers a caller all that passes its threshold: by its own score or by its track’s, confirmed or not', () => {
    const objects = new ObjectTracker(createTracker());
    const answers = [0.3, 0.6, 0.6, 0.6].map((score, i) =>
      objects.answered(packed([found(10, score), found(400, 0.5)]), at(100 * i), DEFAULT_RULES),
    );
    // The first look was worth little, so the track's score is still low: the caller's image shows it all the same.
    expect(answers.map((all) => all.length)).toEqual([1, 2, 2, 2]);
    expect(answers[1]?.[0]).toMatchObject({ bbox: [10, 10, 110, 210], confidence: 0.6 });
    expect(answers.flat().every(({ confidence }) => confidence >= DEFAULT_RULES.confidence)).toBe(true);
    expect(answers.flat().some(({ since, confirmed }) => since !== undefined || confirmed !== undefined)).toBe(false);
  });

  const idsOver = (models: readonly (readonly string[])[]) => {
    const objects = new ObjectTracker(createTracker());
    return models.map((names, i) => {
      const { withGuesses } = objects.shown(packed([found(10, 0.9)], names), at(100 * i), DEFAULT_RULES);
      return withGuesses[0]?.track_id;
    });
  };

  it('keeps tracks where another model has the same classes', () => {
    expect(
      idsOver([
        ['person', 'car'],
        ['person', 'car'],
      ]),
    ).toEqual([1, 1]);
  });

  it('ends tracks where the classes differ, and never uses an id again on the way back', () => {
    expect(idsOver([['person'], ['crack'], ['crack'], ['person']])).toEqual([1, 2, 2, 3]);
  });

  it('lists the objects of the classes looked for, also while they are out of sight, and tells their lives', () => {
    const walker = found(10, 0.9);
    const seen = Array.from({ length: 10 }, () => [walker, found(400, 0.9, 2)]);
    const gone = Array.from({ length: 25 }, () => []);
    const frames = follow([...seen, ...gone], { ...DEFAULT_RULES, classes: ['person'] });
    expect(frames[9]?.objects).toMatchObject([{ id: 1, class_name: 'person', lastSeenMs: 1900 }]);
    expect(frames[20]?.objects).toMatchObject([{ id: 1, lastSeenMs: 1900, bbox: walker.bbox }]);
    expect(frames.at(-1)?.objects).toEqual([]);
    const lives = frames.flatMap((frame) => frame.lives.map(({ kind, id }) => `${kind} ${id}`));
    expect(lives).toEqual(['born 1', 'confirmed 1', 'lost 1', 'ended 1']);
  });

  it('does not even track what is to be ignored', () => {
    const ignored = ({ bbox, class_name }: Detection, { width }: { width: number }) =>
      class_name === 'car' && bbox[0] > width / 2;
    const frames = follow([[found(10, 0.9, 2), found(400, 0.9, 2), found(500, 0.9, 0)]], { ...DEFAULT_RULES, ignored });
    expect(frames[0]?.withGuesses.map(({ bbox }) => bbox[0])).toEqual([10, 500]);
  });

  it('follows objects into smaller frames of the same picture, but not into one of another shape', () => {
    const objects = new ObjectTracker(createTracker());
    const look = (ms: number, scale: number, height = 480 * scale) => {
      const { bbox, ...rest } = found(200, 0.9);
      const scaled = { ...rest, bbox: bbox.map((side) => side * scale) as Detection['bbox'] };
      return objects.shown(packed([scaled]), { timestampMs: ms, width: 640 * scale, height }, DEFAULT_RULES);
    };
    for (let ms = 0; ms < 1000; ms += 100) look(ms, 1);
    for (const [i, scale] of [0.5, 0.5, 1, 2].entries()) {
      const { objects: listed, detections } = look(1000 + 100 * i, scale);
      expect(listed).toMatchObject([{ id: 1 }]);
      expect(detections).toMatchObject([{ track_id: 1, bbox: [200 * scale, 10 * scale, 300 * scale, 210 * scale] }]);
      expect(Math.abs(listed[0]?.velocity[0] ?? 1000)).toBeLessThan(5);
    }
    expect(look(1500, 1, 640).withGuesses[0]?.track_id).toBe(2);
  });

  it('ends tracks when all is forgotten, and goes on with new ids', () => {
    const objects = new ObjectTracker(createTracker());
    const look = (ms: number) =>
      objects.shown(packed([found(10, 0.9)]), at(ms), DEFAULT_RULES).withGuesses[0]?.track_id;
    expect(look(0)).toBe(1);
    objects.forget();
    expect(look(100)).toBe(2);
  });
});
