import type { Letterbox } from '@lookout/protocol';
import { Candidates } from '../detector/candidates.js';
import { resample } from '../image/resample.js';
import type { RgbImage } from '../image/rgb-image.js';
import { planLetterbox } from '../model-info/letterbox.js';
import type { NamedTensor, TensorDeclaration } from '../runtime/model-runner.js';

/** Side of ultralytics' inputs, for graphs that take any size. */
const SIDE = 640;
/** Grey around the image. */
const FILL = 114;
/** Maximum number of boxes that are compared with each other; most overlap. */
const MAX_CANDIDATES = 1000;

/** @returns 1×3×H×W, 0..1 */
export function letterboxed(
  image: RgbImage,
  { name, shape }: TensorDeclaration,
): { tensor: NamedTensor; letterbox: Letterbox } {
  const sideOf = (size: number | string | undefined) => (typeof size === 'number' && size > 0 ? size : SIDE);
  const [height, width] = [sideOf(shape[2]), sideOf(shape[3])];
  const input = { kind: 'fixed', width, height } as const;
  const plan = { input, letterbox: { anchor: 'center', fill: FILL } } as const;
  const letterbox = planLetterbox(plan, image.width, image.height, width);
  const { rgb } = resample(image, letterbox.contentWidth, letterbox.contentHeight, 'bilinear');
  const plane = width * height;
  const data = new Float32Array(3 * plane).fill(FILL / 255);
  for (let y = 0; y < letterbox.contentHeight; y++) {
    let to = (letterbox.y + y) * width + letterbox.x;
    let from = y * letterbox.contentWidth * 3;
    for (let x = 0; x < letterbox.contentWidth; x++, to++) {
      for (let channel = 0; channel < 3; channel++) data[channel * plane + to] = rgb[from++]! / 255;
    }
  }
  return { tensor: { name, type: 'float32', dims: [1, 3, height, width], data }, letterbox };
}

/**
 * Boxes of a YOLOv8 table whose best class reaches `minConfidence`, best first, in input pixels.
 * @returns the candidates, and the column of each in the table
 */
export function strongestOf(
  data: Float32Array,
  properties: number,
  anchors: number,
  coefficients: number,
  minConfidence: number,
): { candidates: Candidates; columns: number[] } {
  const found: { column: number; classId: number; score: number }[] = [];
  for (let column = 0; column < anchors; column++) {
    let best = 4;
    for (let row = 5; row < properties - coefficients; row++) {
      if (data[row * anchors + column]! > data[best * anchors + column]!) best = row;
    }
    const score = data[best * anchors + column]!;
    if (score >= minConfidence) found.push({ column, classId: best - 4, score });
  }
  const strongest = found.sort((a, b) => b.score - a.score).slice(0, MAX_CANDIDATES);
  const candidates = new Candidates();
  for (const { column, classId, score } of strongest) {
    const [x, y] = [data[column]!, data[anchors + column]!];
    const [w, h] = [data[2 * anchors + column]! / 2, data[3 * anchors + column]! / 2];
    candidates.add(x - w, y - h, x + w, y + h, score, classId);
  }
  return { candidates, columns: strongest.map(({ column }) => column) };
}
