import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VideoFile } from '@lookout/media/codec';
import type { Detection } from '@lookout/protocol';
import type { RuleFrame, RuleObject } from '@lookout/rules';
import { createTracker, planLetterbox } from '@lookout/vision';
import { openDetector } from '@lookout/vision/detector';
import { resolveModel } from '@lookout/vision/models';
import type { MotSequence } from '../mot/mot-files.js';

export const CAMERA = 'sequence';
/** How long unseen tracks stay listed, ms. */
const LISTED_MS = 2000;
/** The server's options for tracked detections. */
const TRACKING = { confidence: 0.15, iou: 0.6, crossClassIou: 0.8, maxDetections: 100 };
const INPUT_SIZE = 416;

/** The true boxes with their true ids, which stay listed for a while after the last sighting. */
export function feedTruth({ info, truth }: MotSequence): RuleFrame[] {
  const objects = new Map<number, RuleObject>();
  return frameNumbers(info.length).map((frame) => {
    const timestampMs = timeOf(frame, info.frameRate);
    for (const { id, bbox } of truth.get(frame) ?? []) {
      const firstSeenMs = objects.get(id)?.firstSeenMs ?? timestampMs;
      const seen = { firstSeenMs, lastSeenMs: timestampMs };
      objects.set(id, { id, class_name: 'person', bbox, confidence: 1, isResident: false, ...seen });
    }
    for (const [id, { lastSeenMs }] of objects) if (timestampMs - lastSeenMs > LISTED_MS) objects.delete(id);
    return { camera: CAMERA, timestampMs, width: info.width, height: info.height, objects: [...objects.values()] };
  });
}

/** The true boxes as detections, through the product's tracker. */
export function feedTrackedTruth({ info, truth }: MotSequence): RuleFrame[] {
  const tracker = createTracker();
  return frameNumbers(info.length).map((frame) => {
    const timestampMs = timeOf(frame, info.frameRate);
    const detections = (truth.get(frame) ?? []).map(({ bbox }) => person(bbox));
    const { objects } = tracker.update(detections, timestampMs);
    return { camera: CAMERA, timestampMs, width: info.width, height: info.height, objects };
  });
}

/** A model's detections in the clip of a sequence, through the product's tracker. */
export async function feedDetections(clip: string, model: string, { info }: MotSequence): Promise<RuleFrame[]> {
  const modelsDir = join(tmpdir(), 'lookout-bench-models');
  const detector = await openDetector(await resolveModel(model, { modelsDir }));
  const tracker = createTracker();
  const frames: RuleFrame[] = [];
  try {
    await using file = await VideoFile.open(clip);
    for await (const { picture } of file.pictures()) {
      using shown = picture;
      const { width, height } = shown;
      const letterbox = planLetterbox(detector.info, width, height, INPUT_SIZE);
      const { detections } = await detector.detect(shown.toRgb(letterbox), letterbox, width, height, TRACKING);
      // Frame i of the clip is frame i of the annotation, whose rate is the scene's.
      const timestampMs = timeOf(frames.length + 1, info.frameRate);
      const { objects } = tracker.update(detections, timestampMs);
      frames.push({ camera: CAMERA, timestampMs, width, height, objects });
    }
  } finally {
    await detector.close();
  }
  return frames;
}

function person(bbox: Detection['bbox']): Detection {
  return { bbox, confidence: 0.9, class_id: 0, class_name: 'person' };
}

function timeOf(frame: number, fps: number): number {
  return ((frame - 1) * 1000) / fps;
}

function frameNumbers(length: number): number[] {
  return Array.from({ length }, (_, index) => index + 1);
}
