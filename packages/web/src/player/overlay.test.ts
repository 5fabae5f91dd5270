import type { Detection, ViewedFrameMetadata } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { boxInFrame, DEFAULT_OVERLAY, labelText } from './overlay.js';

const detection: Detection = {
  bbox: [100, 100, 200, 300],
  confidence: 0.874,
  class_id: 0,
  class_name: 'person',
  track_id: 12,
  velocity: [50, -20],
};
const meta = { width: 640, height: 480 } as ViewedFrameMetadata;

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
  it('says what was asked for', () => {
    expect(labelText(detection, DEFAULT_OVERLAY)).toBe('person 87 % #12');
    expect(labelText(detection, { ...DEFAULT_OVERLAY, confidence: false, trackIds: false })).toBe('person');
    expect(labelText({ ...detection, track_id: undefined }, DEFAULT_OVERLAY)).toBe('person 87 %');
    expect(labelText(detection, { boxes: true, labels: false, confidence: false, trackIds: false })).toBe('');
  });
});
