import type { PlanePoint } from '@lookout/protocol';
import { type Dispatch, type KeyboardEvent, useEffect, useRef } from 'react';
import { t } from '../strings/index.js';
import { classes } from '../ui/classes.js';
import type { EditorAction } from './editor-state.js';
import { edgeMiddles, MAX_CORNERS, type Shape } from './shapes.js';

const words = t.zones;

/** By an arrow key, and with the shift key held; fractions of the picture. */
const STEP = 0.01;
const LARGE_STEP = 0.05;
const ARROWS: Readonly<Record<string, PlanePoint>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const HANDLE =
  'absolute grid size-7 min-h-0! min-w-0! pointer-coarse:size-11 -translate-1/2 place-items-center rounded-full focus-on-picture touch-none';

export interface HandlesProps {
  shape: Shape;
  corner: number | undefined;
  dispatch: Dispatch<EditorAction>;
}

/** The points of a shape, to drag, or to move by keys: arrows, with Shift further, Delete removes a corner. */
export function Handles({ shape, corner, dispatch }: HandlesProps) {
  const { id, name, points, kind, color } = shape;
  const root = useRef<HTMLDivElement>(null);
  const followsKeys = useRef(false);
  // Corners get other numbers when one is added or removed by keys: the focus goes with the corner that keys move.
  useEffect(() => {
    if (!followsKeys.current || corner === undefined) return;
    followsKeys.current = false;
    root.current?.querySelector<HTMLElement>(`[data-corner="${corner}"]`)?.focus();
  });
  const onKeyDown = (event: KeyboardEvent, index: number, [x, y]: PlanePoint) => {
    const arrow = ARROWS[event.key];
    if (arrow) {
      const step = event.shiftKey ? LARGE_STEP : STEP;
      const to: PlanePoint = [x + arrow[0] * step, y + arrow[1] * step];
      dispatch({ type: 'moveCorner', to, gesture: `keys ${id} ${index}` });
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      followsKeys.current = true;
      dispatch({ type: 'removeCorner' });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const labelOf = (index: number, [x, y]: PlanePoint) => {
    const place = words.place(Math.round(100 * x), Math.round(100 * y));
    return (kind === 'line' ? words.end : words.corner)(index + 1, name, place);
  };
  const middles = points.length < MAX_CORNERS ? edgeMiddles(shape) : [];
  return (
    <div ref={root}>
      {points.map((point, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a corner is known by its place in the outline
        <div key={index} className="contents">
          <button
            type="button"
            data-corner={index}
            aria-label={labelOf(index, point)}
            className={classes(HANDLE, 'z-2 cursor-grab active:cursor-grabbing')}
            style={positioned(point)}
            onFocus={() => corner !== index && dispatch({ type: 'select', id, corner: index })}
            onKeyDown={(event) => onKeyDown(event, index, point)}
          >
            <span
              className={classes(
                'rounded-full border-3 bg-white shadow-[0_0_0_1px_var(--halo),0_2px_6px_rgb(0_0_0/0.5)]',
                corner === index ? 'size-5.5' : 'size-4',
              )}
              style={{ borderColor: color }}
            />
          </button>
          {middles[index] && (
            <button
              type="button"
              data-edge={index}
              aria-label={words.addCorner(index + 1, name)}
              className={classes(HANDLE, 'z-1 cursor-copy')}
              style={positioned(middles[index])}
              onClick={({ detail }) => {
                // By keys; a press was handled when it began.
                if (detail !== 0) return;
                followsKeys.current = true;
                const at = middles[index] ?? point;
                dispatch({ type: 'insertCorner', edge: index, at, gesture: `insert ${id} ${points.length}` });
              }}
            >
              <span className="size-3 rounded-full bg-white/75 shadow-[0_0_0_1px_var(--halo)]" />
            </button>
          )}
        </div>
      ))}
    </div>
  );
}

/** The corner that ends an area when it is pressed. */
export function FirstCorner({ point, color }: { point: PlanePoint; color: string }) {
  return (
    <span
      aria-hidden="true"
      className="pointer-events-none absolute size-5.5 -translate-1/2 rounded-full border-3 bg-white shadow-[0_0_0_1px_var(--halo)]"
      style={{ ...positioned(point), borderColor: color }}
    />
  );
}

function positioned([x, y]: PlanePoint) {
  return { left: `${100 * x}%`, top: `${100 * y}%` };
}
