import type { Segment, SegmentMask } from '@lookout/protocol';
import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { basePath } from '../api/client.js';
import { cutOutWords } from '../strings/cut-out.js';
import { classes } from '../ui/classes.js';
import { drawMask } from './cut-picture.js';
import { type Question, withBox, withPoint } from './question.js';

/** A press that moves less than this is a click, CSS pixels. */
const DRAG_FROM_PX = 6;
/** How far an arrow key moves the pointer, as a fraction of the image width. */
const KEY_STEP = 0.01;
const MASK_COLOUR = [45, 212, 191] as const;

export interface CutOutStageProps {
  segment: Segment;
  picture: RefObject<HTMLImageElement | null>;
  question: Question;
  mask: SegmentMask | undefined;
  /** Whether clicks remove from the mask. */
  takesAway: boolean;
  onQuestion: (question: Question) => void;
}

/** The frozen frame: a click adds a point, a drag draws a box. Arrow keys and Enter do the same as a click. */
export function CutOutStage({ segment, picture, question, mask, takesAway, onQuestion }: CutOutStageProps) {
  const [width, height] = segment.image_size;
  const canvas = useRef<HTMLCanvasElement>(null);
  const press = useRef<{ id: number; from: readonly [number, number]; x: number; y: number }>(undefined);
  const [drag, setDrag] = useState<{ from: readonly [number, number]; to: readonly [number, number] }>();
  const [cursor, setCursor] = useState<readonly [number, number]>();
  useEffect(() => {
    if (canvas.current && mask) drawMask(canvas.current, mask, MASK_COLOUR);
  }, [mask]);

  const point = (at: readonly [number, number], isAway: boolean) => {
    if (segment.takes.points) onQuestion(withPoint(question, at[0], at[1], !isAway));
  };
  const down = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0 || press.current) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    press.current = { id: event.pointerId, from: positionIn(event, segment), x: event.clientX, y: event.clientY };
  };
  const move = (event: PointerEvent<HTMLElement>) => {
    const begun = press.current;
    if (begun?.id !== event.pointerId || !segment.takes.box) return;
    if (!drag && Math.hypot(event.clientX - begun.x, event.clientY - begun.y) < DRAG_FROM_PX) return;
    setDrag({ from: begun.from, to: positionIn(event, segment) });
  };
  const up = (event: PointerEvent<HTMLElement>) => {
    const begun = press.current;
    if (begun?.id !== event.pointerId) return;
    press.current = undefined;
    setDrag(undefined);
    const box = drag && withBox(begun.from, positionIn(event, segment));
    if (box) onQuestion(box);
    else if (!drag) point(begun.from, takesAway !== event.shiftKey);
  };
  const cancel = () => {
    press.current = undefined;
    setDrag(undefined);
  };
  const key = (event: KeyboardEvent<HTMLElement>) => {
    const [dx, dy] = ARROWS[event.key] ?? [0, 0];
    const at = cursor ?? [width / 2, height / 2];
    if (dx !== 0 || dy !== 0) {
      event.preventDefault();
      const step = width * KEY_STEP * (event.shiftKey ? 5 : 1);
      setCursor([clamp(at[0] + dx * step, width), clamp(at[1] + dy * step, height)]);
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      point(at, takesAway !== event.shiftKey);
    }
  };

  const box = drag ? withBox(drag.from, drag.to)?.box : question.box;
  return (
    <div
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys add points, as clicks do
      tabIndex={0}
      aria-label={cutOutWords.stage}
      className="relative touch-none overflow-hidden select-none cursor-crosshair focus-on-picture"
      style={{ aspectRatio: `${width} / ${height}` }}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={cancel}
      onKeyDown={key}
      onFocus={(event) => event.currentTarget.matches(':focus-visible') && setCursor([width / 2, height / 2])}
      onBlur={() => setCursor(undefined)}
    >
      <img
        ref={picture}
        src={basePath + segment.picture_url}
        alt=""
        draggable={false}
        className="pointer-events-none absolute inset-0 size-full"
      />
      {mask && <canvas ref={canvas} className="pointer-events-none absolute inset-0 size-full" />}
      <svg
        viewBox={`0 0 ${width} ${height}`}
        aria-hidden="true"
        className="pointer-events-none absolute inset-0 size-full"
      >
        {box && (
          <rect
            {...{ x: box[0], y: box[1], width: box[2] - box[0], height: box[3] - box[1] }}
            fill="none"
            stroke="white"
            strokeWidth={2}
            strokeDasharray="6 4"
            vectorEffect="non-scaling-stroke"
          />
        )}
        {cursor && <Cursor at={cursor} size={width / 40} />}
      </svg>
      {question.points.map(([x, y, label], i) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: points have no other identity, and never change
          key={i}
          className={classes(
            'pointer-events-none absolute size-3.5 -translate-1/2 rounded-full border-2 border-white shadow-1',
            label === 1 ? 'bg-accent' : 'bg-bad',
          )}
          style={{ left: `${(x / width) * 100}%`, top: `${(y / height) * 100}%` }}
        />
      ))}
    </div>
  );
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function Cursor({ at: [x, y], size }: { at: readonly [number, number]; size: number }) {
  const lines = `M${x - size} ${y}H${x + size}M${x} ${y - size}V${y + size}`;
  return (
    <>
      <path d={lines} stroke="black" strokeWidth={4} vectorEffect="non-scaling-stroke" />
      <path d={lines} stroke="white" strokeWidth={2} vectorEffect="non-scaling-stroke" />
    </>
  );
}

/** In image pixels. */
function positionIn(event: PointerEvent<HTMLElement>, { image_size: [width, height] }: Segment): [number, number] {
  const area = event.currentTarget.getBoundingClientRect();
  return [
    clamp(((event.clientX - area.left) / area.width) * width, width),
    clamp(((event.clientY - area.top) / area.height) * height, height),
  ];
}

function clamp(value: number, max: number): number {
  return Math.min(max, Math.max(0, value));
}
