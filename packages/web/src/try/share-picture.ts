import { contextOf } from '../player/frame-presenter.js';
import { DEFAULT_OVERLAY, drawOverlay } from '../player/overlay.js';
import { drawTag, measureTag } from '../player/overlay-parts.js';
import type { PictureResult } from './detected-picture.js';

/** A result to give away. */
export interface SharedResult extends PictureResult {
  /** Of the model; written into the picture if several are compared. */
  model: string;
}

/** As if the picture were shown this wide: so large are lines and labels in it. */
const VIEW_WIDTH = 960;
/** Smaller pictures are enlarged, or their boxes could not be told apart. */
const LEAST_WIDTH_PX = 640;
const TAG = { x: 10, y: 10, height: 24 };
const TAG_COLOUR = '#f1f3f4';
const JPEG_QUALITY = 0.92;

/** The pictures with their boxes, side by side. They are drawn before it returns, so frames may be closed then. */
export function drawResults(results: readonly SharedResult[]): HTMLCanvasElement {
  const parts = results.map((result) => drawResult(result, results.length > 1));
  const canvas = document.createElement('canvas');
  canvas.width = parts.reduce((sum, { width }) => sum + width, 0);
  canvas.height = Math.max(...parts.map(({ height }) => height));
  const context = contextOf(canvas);
  let x = 0;
  for (const part of parts) {
    context.drawImage(part, x, 0);
    x += part.width;
  }
  return canvas;
}

function drawResult({ bitmap, detections, size, model }: SharedResult, isNamed: boolean): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  const scale = Math.max(1, LEAST_WIDTH_PX / bitmap.width);
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const context = contextOf(canvas);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const pixelRatio = canvas.width / VIEW_WIDTH;
  const view = { width: VIEW_WIDTH, height: canvas.height / pixelRatio, pixelRatio };
  const [width, height] = size;
  drawOverlay(context, { width, height, detections: [...(detections ?? [])] }, DEFAULT_OVERLAY, view);
  if (isNamed) drawTag(context, model, TAG_COLOUR, { ...TAG, width: measureTag(context, model) });
  return canvas;
}

/** @throws Error when the browser creates no picture */
export function toFile(canvas: HTMLCanvasElement, type: 'image/jpeg' | 'image/png'): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const done = (blob: Blob | null) => (blob ? resolve(blob) : reject(new Error(`No ${type}`)));
    canvas.toBlob(done, type, JPEG_QUALITY);
  });
}
