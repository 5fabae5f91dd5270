import { LookoutError } from '@lookout/protocol/core';
import type { EncodedImage, MaskPrompt, Segmenter } from './segmenter.js';

/** Labels of points besides 0 (outside) and 1 (inside), in Segment Anything (arXiv:2304.02643). */
const TOP_LEFT = 2;
const BOTTOM_RIGHT = 3;
const PADDING = -1;

/** Points as prompt encoders take them. */
export interface PromptPoints {
  /** x and y of each point. */
  readonly coords: number[];
  readonly labels: number[];
}

/** @throws LookoutError `validation_failed` for a prompt that the model does not take, that is empty, or that lies outside the image */
export function checkPrompt(
  { points, box }: MaskPrompt,
  { width, height }: EncodedImage,
  { info: { name }, takes }: Pick<Segmenter, 'info' | 'takes'>,
): void {
  if (points.length > 0 && !takes.points) {
    throw invalid(`Model ${name} needs a box; it does not take points`, 'Draw a box around the object');
  }
  if (box && !takes.box) {
    throw invalid(`Model ${name} needs points; it does not take boxes`, 'Click on the object');
  }
  if (!box && !points.some(([, , label]) => label === 1)) {
    throw invalid(
      'The prompt marks no object: expected a box, or a point that belongs to the object',
      'Click on the object',
    );
  }
  const isInside = (x: number, y: number) => x >= 0 && y >= 0 && x <= width && y <= height;
  const stray = points.find(([x, y]) => !isInside(x, y));
  if (stray) throw outside(`The point ${stray[0]}, ${stray[1]}`, width, height);
  if (box && !(isInside(box[0], box[1]) && isInside(box[2], box[3]))) {
    throw outside(`The box ${box.join(', ')}`, width, height);
  }
  if (box && !(box[2] > box[0] && box[3] > box[1])) {
    throw invalid(`The box ${box.join(', ')} is empty: expected left, top, right and bottom`);
  }
}

/**
 * The points, then the corners of the box.
 * @param scaleX factor from pixels of the image to the units of the model
 */
export function promptPoints({ points, box }: MaskPrompt, scaleX: number, scaleY: number): PromptPoints {
  const coords = points.flatMap(([x, y]) => [x * scaleX, y * scaleY]);
  const labels: number[] = points.map(([, , label]) => label);
  if (box) {
    coords.push(box[0] * scaleX, box[1] * scaleY, box[2] * scaleX, box[3] * scaleY);
    labels.push(TOP_LEFT, BOTTOM_RIGHT);
  }
  return { coords, labels };
}

/** Adds the point that stands for "no box". */
export function padded({ coords, labels }: PromptPoints): PromptPoints {
  return { coords: [...coords, 0, 0], labels: [...labels, PADDING] };
}

function outside(what: string, width: number, height: number): LookoutError {
  return invalid(`${what} lies outside the image, which is ${width}×${height} pixels`);
}

function invalid(message: string, hint?: string): LookoutError {
  return new LookoutError('validation_failed', message, hint ? { hint } : {});
}
