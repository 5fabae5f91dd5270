import { planLetterbox } from '@lookout/vision';
import { openDetector } from '@lookout/vision/detector';
import { embeddedModel } from '@lookout/vision/models';
import { expect, it } from 'vitest';
import { openTrial } from './open-trial.js';

it('has photos that show what is said of them', { timeout: 60_000 }, async () => {
  const info = embeddedModel();
  const detector = await openDetector(info);
  using trial = await openTrial(new Int32Array(1));
  for (const { width, height, shows, rgb } of trial.photos) {
    const letterbox = planLetterbox(info, width, height, 320);
    const options = { confidence: 0.3, iou: 0.6, maxDetections: 20 };
    const { detections } = await detector.detect(rgb(letterbox), letterbox, width, height, options);
    for (const { name, box } of shows) {
      const found = detections.find(({ class_name }) => class_name === name);
      expect(found, `${name} among ${JSON.stringify(detections)}`).toBeDefined();
      const drawn = box.map((at, side) => at * (side % 2 === 0 ? width : height));
      expect(overlap(found!.bbox, drawn), `${name} at ${found!.bbox.map(Math.round)}`).toBeGreaterThan(0.7);
    }
  }
  await detector.close();
});

/** IoU of two boxes x1, y1, x2, y2. */
function overlap(a: readonly number[], b: readonly number[]): number {
  const side = (from: number, to: number) => Math.max(0, Math.min(a[to]!, b[to]!) - Math.max(a[from]!, b[from]!));
  const area = (box: readonly number[]) => (box[2]! - box[0]!) * (box[3]! - box[1]!);
  const shared = side(0, 2) * side(1, 3);
  return shared / (area(a) + area(b) - shared);
}
