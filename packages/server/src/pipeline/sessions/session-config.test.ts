import type { SessionConfig } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { changeConfig, defaultConfig, inferenceSizeOf, rulesOf } from './session-config.js';

const classNames = ['person', 'bicycle', 'car'];
const config = defaultConfig({ defaultFps: 10, enableTracking: true, confidence: 0.5, crossClassIou: 0.8 });

describe('changeConfig', () => {
  it('changes what is given, and nothing else', () => {
    expect(changeConfig(config, { fps_limit: 5, iou_threshold: undefined }, classNames)).toEqual({
      ...config,
      fps_limit: 5,
    });
    expect(config.fps_limit).toBe(10);
  });

  it('keeps, changes and takes back the classes', () => {
    const some = changeConfig(config, { classes: ['car'] }, classNames);
    expect(changeConfig(some, { fps_limit: 5 }, classNames).classes).toEqual(['car']);
    expect(changeConfig(some, { classes: [] }, classNames).classes).toEqual([]);
    expect(changeConfig(some, { classes: null }, classNames)).toEqual(config);
  });

  it('names each class that the model does not know', () => {
    expect(() => changeConfig(config, { classes: ['car', 'dragon', 'elf'] }, classNames)).toThrow(
      expect.objectContaining({
        issues: [
          expect.objectContaining({ path: ['classes', 1], message: 'the model has no class "dragon"' }),
          expect.objectContaining({ path: ['classes', 2] }),
        ],
      }),
    );
  });
});

it('makes every setting of a client a rule of what counts as a detection', () => {
  const change = {
    confidence_threshold: 0.3,
    iou_threshold: 0.5,
    cross_class_iou: 1,
    max_detections: 3,
    classes: ['car'],
  };
  expect(rulesOf(changeConfig(config, change, classNames))).toEqual({
    confidence: 0.3,
    iou: 0.5,
    crossClassIou: 1,
    maxDetections: 3,
    classes: ['car'],
  });
});

describe('inferenceSizeOf', () => {
  const sizeOf = (quality_mode: SessionConfig['quality_mode'], longer: number, trainedSize?: number) => {
    const input = { kind: 'free', multiple: 32, ...(trainedSize !== undefined && { trainedSize }) } as const;
    return inferenceSizeOf({ quality_mode }, { input }, { width: (longer * 3) / 4, height: longer });
  };

  it.each([
    // As the embedded model was trained: a larger input finds less in images of up to 640 pixels.
    [416, 160, 416],
    [416, 320, 416],
    [416, 640, 416],
    [416, 800, 512],
    [416, 1280, 640],
    [416, 3840, 640],
    // As others usually are.
    [undefined, 320, 416],
    [undefined, 500, 480],
    [undefined, 640, 640],
    [undefined, 1920, 640],
  ])('with a model trained at %s, accurate looks at an image of %d pixels in %d', (trainedSize, longer, expected) => {
    expect(sizeOf('accurate', longer, trainedSize)).toBe(expected);
  });

  it('is the same for all images otherwise', () => {
    expect([100, 640, 4000].map((longer) => sizeOf('balanced', longer, 416))).toEqual([416, 416, 416]);
    expect([100, 640, 4000].map((longer) => sizeOf('fast', longer, 416))).toEqual([320, 320, 320]);
  });
});
