import type { Detection, Letterbox } from '@lookout/protocol';

const INITIAL_CAPACITY = 512;
const MAX_CAPACITY = 16_384;

/**
 * Boxes proposed by a decoder, in flat arrays that are reused for every frame. Boxes are x1, y1, x2, y2 in model input
 * pixels. Bounded: above `MAX_CAPACITY`, the weaker half is dropped and `floor` rises to the weakest kept score.
 */
export class Candidates {
  count = 0;
  /** Scores at or below this are not added. */
  floor = 0;
  boxes = new Float32Array(INITIAL_CAPACITY * 4);
  scores = new Float32Array(INITIAL_CAPACITY);
  classIds = new Uint16Array(INITIAL_CAPACITY);

  clear(): void {
    this.count = 0;
    this.floor = 0;
  }

  add(x1: number, y1: number, x2: number, y2: number, score: number, classId: number): void {
    if (score <= this.floor) return;
    if (this.count === this.scores.length) this.#makeRoom();
    const i = this.count++;
    this.boxes[i * 4] = x1;
    this.boxes[i * 4 + 1] = y1;
    this.boxes[i * 4 + 2] = x2;
    this.boxes[i * 4 + 3] = y2;
    this.scores[i] = score;
    this.classIds[i] = classId;
  }

  /** Indices by descending score; equal scores keep their order. */
  order(): Uint32Array {
    const { scores } = this;
    // The comparison returns integers: V8 would allocate a heap number for each fraction, at every step of every frame.
    return Uint32Array.from({ length: this.count }, (_, i) => i).sort((a, b) => {
      return scores[a]! < scores[b]! ? 1 : scores[a]! > scores[b]! ? -1 : a - b;
    });
  }

  #makeRoom(): void {
    if (this.scores.length < MAX_CAPACITY) {
      this.boxes = grown(this.boxes, Float32Array);
      this.scores = grown(this.scores, Float32Array);
      this.classIds = grown(this.classIds, Uint16Array);
      return;
    }
    const kept = this.order().subarray(0, MAX_CAPACITY / 2);
    this.floor = this.scores[kept.at(-1)!]!;
    kept.sort().forEach((from, to) => {
      this.boxes.copyWithin(to * 4, from * 4, from * 4 + 4);
      this.scores[to] = this.scores[from]!;
      this.classIds[to] = this.classIds[from]!;
    });
    this.count = kept.length;
  }
}

function grown<T extends Float32Array | Uint16Array>(array: T, Type: new (length: number) => T): T {
  const larger = new Type(array.length * 2);
  larger.set(array);
  return larger;
}

/**
 * Converts the candidates `kept` to detections: from model input pixels through the letterbox to source pixels, clipped to the
 * source. Boxes that lie entirely in the border are left out.
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
