import type { Detection } from '@lookout/protocol';
import { useEffect, useRef } from 'react';
import { summariseClasses } from '../lib/format.js';
import { containRect } from '../player/fit.js';
import { followPointer } from '../player/follow-pointer.js';
import { DEFAULT_OVERLAY, drawOverlay, type Point } from '../player/overlay.js';

export interface PictureCanvasProps {
  bitmap: ImageBitmap;
  /** Empty where nothing was found, or where it is not known yet. */
  detections: readonly Detection[];
  /** Of the picture that the boxes belong to: it may be a smaller copy of this one. */
  size: readonly [width: number, height: number];
  name: string;
}

/** A picture as large as there is room, with the boxes that were found in it. */
export function PictureCanvas({ bitmap, detections, size, name }: PictureCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current!;
    let pointer: Point | undefined;
    const draw = () => drawPicture(element, { bitmap, detections, size, name }, pointer);
    draw();
    const forget = followPointer(element, (at) => {
      pointer = at;
      draw();
    });
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => {
      forget();
      observer.disconnect();
    };
  }, [bitmap, detections, size, name]);
  const found = summariseClasses(detections.map(({ class_name }) => class_name));
  return <canvas ref={canvas} role="img" aria-label={`${name}: ${found}`} className="absolute inset-0 size-full" />;
}

function drawPicture(
  canvas: HTMLCanvasElement,
  { bitmap, detections, size }: PictureCanvasProps,
  pointer: Point | undefined,
): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const pixelRatio = devicePixelRatio;
  canvas.width = Math.round(width * pixelRatio);
  canvas.height = Math.round(height * pixelRatio);
  const context = canvas.getContext('2d')!;
  context.scale(pixelRatio, pixelRatio);
  // A frame that was let go meanwhile has no size: the next one is on its way.
  if (bitmap.width === 0) return;
  const at = containRect(bitmap.width, bitmap.height, width, height);
  context.drawImage(bitmap, at.x, at.y, at.width, at.height);
  const [frameWidth, frameHeight] = size;
  const meta = { width: frameWidth, height: frameHeight, detections: [...detections] };
  drawOverlay(context, meta, DEFAULT_OVERLAY, { width, height, pixelRatio, pointer });
}
