import type { PlanePoint } from '@lookout/protocol';
import { type RefObject, useEffect, useRef } from 'react';
import { contextOf } from '../player/frame-presenter.js';
import type { LiveViewHandle } from '../player/live-view.js';
import { classes } from '../ui/classes.js';

/** CSS pixels. */
const SIZE = 112;
const ENLARGED = 2.5;

export interface LoupeProps {
  /** The middle, in fractions of the picture. */
  at: PlanePoint;
  view: RefObject<LiveViewHandle | null>;
  shapes: RefObject<HTMLCanvasElement | null>;
  /** CSS pixels of the picture. */
  width: number;
  height: number;
}

/** What the finger hides, enlarged, in the upper corner that is farther from it. */
export function Loupe({ at: [x, y], view, shapes, width, height }: LoupeProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let request = requestAnimationFrame(function draw() {
      request = requestAnimationFrame(draw);
      if (!canvas.current) return;
      const context = contextOf(canvas.current);
      context.fillRect(0, 0, context.canvas.width, context.canvas.height);
      const side = SIZE / ENLARGED;
      for (const layer of [view.current?.picture, shapes.current]) {
        if (!layer || layer.width === 0) continue;
        const [scaleX, scaleY] = [layer.width / width, layer.height / height];
        const [left, top] = [(x * width - side / 2) * scaleX, (y * height - side / 2) * scaleY];
        const { width: w, height: h } = context.canvas;
        context.drawImage(layer, left, top, side * scaleX, side * scaleY, 0, 0, w, h);
      }
    });
    return () => cancelAnimationFrame(request);
  }, [x, y, view, shapes, width, height]);
  const pixels = SIZE * (window.devicePixelRatio || 1);
  return (
    <div
      aria-hidden="true"
      className={classes(
        'pointer-events-none absolute top-3 z-4 size-28 overflow-hidden rounded-full border-3 border-white shadow-3',
        x < 0.5 ? 'right-3' : 'left-3',
      )}
    >
      <canvas ref={canvas} width={pixels} height={pixels} className="size-full bg-picture" />
      <span className="absolute top-1/2 left-1/2 size-2 -translate-1/2 rounded-full border-2 border-white bg-black/60" />
    </div>
  );
}
