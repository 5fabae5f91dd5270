import type { Detection, Letterbox } from '@lookout/protocol';
import type { Candidates } from './candidates.js';

/**
 * The candidates `kept` as detections: from model input pixels through the letterbox to source pixels, clipped to the source.
 * Boxes that lie in the border alone are left out.
 */
export function toSourceBoxes(
  candidates: Candidates,
  kept: readonly number[],
  letterbox: Letterbox,
  sourceWidth: number,
  sourceHeight: number,
  classNames: readonly string[],
): Detection[] {
  const { boxes, scores, classIds } = candidates;
  const scaleX = sourceWidth / letterbox.contentWidth;
  const scaleY = sourceHeight / letterbox.contentHeight;
  const x = (value: number) => Math.min(Math.max((value - letterbox.x) * scaleX, 0), sourceWidth);
  const y = (value: number) => Math.min(Math.max((value - letterbox.y) * scaleY, 0), sourceHeight);
  const detections: Detection[] = [];
  for (const i of kept) {
    const bbox: Detection['bbox'] = [
      x(boxes[i * 4]!),
      y(boxes[i * 4 + 1]!),
      x(boxes[i * 4 + 2]!),
      y(boxes[i * 4 + 3]!),
    ];
    if (bbox[2] <= bbox[0] || bbox[3] <= bbox[1]) continue;
    const classId = classIds[i]!;
    const confidence = Math.min(scores[i]!, 1);
    detections.push({ bbox, confidence, class_id: classId, class_name: classNames[classId] ?? `class_${classId}` });
  }
  return detections;
}
