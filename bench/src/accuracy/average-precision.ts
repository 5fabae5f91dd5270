/**
 * Mean average precision by COCO's protocol: greedy matching by falling score, crowd regions that neither help nor hurt, precision made
 * monotone and read at 101 recalls, averaged over classes that occur and over IoU 0.50, 0.55 … 0.95. Written from the description at
 * cocodataset.org/#detection-eval.
 */

export type Xyxy = readonly [x1: number, y1: number, x2: number, y2: number];

export interface Truth {
  classId: number;
  box: Xyxy;
  /** A region of many objects drawn as one: detections on it are not counted. */
  crowd: boolean;
}

export interface Scored {
  classId: number;
  box: Xyxy;
  score: number;
}

/** One picture: its true objects and its detections. Boxes in pixels of the same frame. */
export interface EvaluatedImage {
  truths: readonly Truth[];
  detections: readonly Scored[];
}

export interface Accuracy {
  /** Mean over IoU 0.50 to 0.95, 0..1. */
  map50To95: number;
  map50: number;
  /** Average precision over all IoUs by class id, for classes that occur. */
  byClass: Map<number, number>;
}

const IOU_THRESHOLDS = Array.from({ length: 10 }, (_, i) => 0.5 + i * 0.05);
const RECALL_POINTS = 101;
const MAX_DETECTIONS = 100;

export function evaluate(images: readonly EvaluatedImage[]): Accuracy {
  const classIds = new Set(
    images.flatMap(({ truths }) => truths.filter(({ crowd }) => !crowd).map((truth) => truth.classId)),
  );
  const byClass = new Map<number, number>();
  let sumAt50 = 0;
  for (const classId of classIds) {
    const ofClass = images.map(({ truths, detections }) => ({
      // Crowds last, so that a detection prefers a real object.
      truths: truths.filter((truth) => truth.classId === classId).sort((a, b) => Number(a.crowd) - Number(b.crowd)),
      detections: detections
        .filter((detection) => detection.classId === classId)
        .sort((a, b) => b.score - a.score)
        .slice(0, MAX_DETECTIONS),
    }));
    const precisions = IOU_THRESHOLDS.map((threshold) => averagePrecision(ofClass, threshold));
    byClass.set(classId, mean(precisions));
    sumAt50 += precisions[0]!;
  }
  return { map50To95: mean([...byClass.values()]), map50: classIds.size ? sumAt50 / classIds.size : 0, byClass };
}

/** Average precision of one class at one IoU. `detections` by falling score, at most 100 each; crowds last in `truths`. */
function averagePrecision(images: readonly EvaluatedImage[], iouThreshold: number): number {
  const total = images.reduce((sum, { truths }) => sum + truths.filter(({ crowd }) => !crowd).length, 0);
  const outcomes = images
    .flatMap((image) => match(image, iouThreshold))
    .filter(({ counts }) => counts)
    .sort((a, b) => b.score - a.score);
  let hits = 0;
  const points = outcomes.map(({ hit }, i) => {
    if (hit) hits++;
    return { recall: hits / total, precision: hits / (i + 1) };
  });
  for (let i = points.length - 2; i >= 0; i--) {
    points[i]!.precision = Math.max(points[i]!.precision, points[i + 1]!.precision);
  }
  let sum = 0;
  let at = 0;
  for (let i = 0; i < RECALL_POINTS; i++) {
    while (at < points.length && points[at]!.recall < i / (RECALL_POINTS - 1)) at++;
    sum += points[at]?.precision ?? 0;
  }
  return sum / RECALL_POINTS;
}

/** Matches every detection with the free object that it overlaps most, or with a crowd, which several may share. */
function match({ truths, detections }: EvaluatedImage, iouThreshold: number) {
  const taken = new Set<Truth>();
  return detections.map(({ box, score }) => {
    let best: Truth | undefined;
    let bestIou = iouThreshold;
    for (const truth of truths) {
      if (taken.has(truth)) continue;
      if (best && !best.crowd && truth.crowd) break;
      const iou = overlap(box, truth.box, truth.crowd);
      if (iou < bestIou) continue;
      best = truth;
      bestIou = iou;
    }
    if (best && !best.crowd) taken.add(best);
    return { score, hit: best !== undefined && !best.crowd, counts: !best?.crowd };
  });
}

/** IoU; for a crowd, the share of the detection that lies in it. */
export function overlap(box: Xyxy, truth: Xyxy, crowd: boolean): number {
  const width = Math.min(box[2], truth[2]) - Math.max(box[0], truth[0]);
  const height = Math.min(box[3], truth[3]) - Math.max(box[1], truth[1]);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (crowd ? area(box) : area(box) + area(truth) - shared);
}

function area([x1, y1, x2, y2]: Xyxy): number {
  return (x2 - x1) * (y2 - y1);
}

function mean(values: readonly number[]): number {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;
}
