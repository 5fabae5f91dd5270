import type { PlanePoint } from '@lookout/protocol';
import { type Dispatch, type PointerEvent, useRef, useState } from 'react';
import { type EditorAction, type EditorState, selectedShape } from './editor-state.js';
import { edgeMiddles, MIN_CORNERS, shapeAt } from './shapes.js';

/** A press that moves less than this is none that drags, pixels. */
const DRAG_FROM_PX = 6;
/** A press this close to the first corner ends the area, pixels. */
const CLOSE_PX = 16;
/** Points this close to the edge of the picture are put on it, pixels. */
const SNAP_PX = 8;

interface Press {
  pointerId: number;
  /** Fractions of the picture. */
  start: PlanePoint;
  last: PlanePoint;
  /** From the pointer to the corner it holds. */
  offset: PlanePoint;
  drags: 'corner' | 'shape' | 'draft' | 'nothing';
  hasMoved: boolean;
  gesture: string;
}

export interface StagePointer {
  /** Where the pointer is while something is drawn, fractions of the picture. */
  hover: PlanePoint | undefined;
  /** What a finger hides at the moment. */
  underFinger: PlanePoint | undefined;
  /** For the element that the picture fills. */
  handlers: Record<
    'onPointerDown' | 'onPointerMove' | 'onPointerUp' | 'onPointerCancel' | 'onPointerLeave',
    (event: PointerEvent<HTMLElement>) => void
  > & { onDoubleClick: () => void };
}

/**
 * Drawing and dragging by mouse, finger or pen. Handles of corners have the attribute `data-corner`, those that add one `data-edge`, each
 * with the index of the corner.
 */
export function useStagePointer(state: EditorState, dispatch: Dispatch<EditorAction>): StagePointer {
  const press = useRef<Press>(undefined);
  const gestures = useRef(0);
  const [hover, setHover] = useState<PlanePoint>();
  const [underFinger, setUnderFinger] = useState<PlanePoint>();

  const begin = (event: PointerEvent<HTMLElement>) => {
    if (press.current || event.button !== 0) return;
    const { at, size } = positionIn(event);
    const gesture = `drag ${++gestures.current}`;
    const begun: Press = {
      pointerId: event.pointerId,
      start: at,
      last: at,
      offset: [0, 0],
      drags: 'nothing',
      hasMoved: false,
      gesture,
    };
    press.current = begun;
    event.currentTarget.setPointerCapture(event.pointerId);
    if (state.draft) begun.drags = 'draft';
    else {
      const handle = handleAt(event.target as Element);
      const shape = selectedShape(state);
      if (handle && shape) {
        const held = handle.isEdge ? edgeMiddles(shape)[handle.index] : shape.points[handle.index];
        if (!held) return;
        begun.drags = 'corner';
        begun.offset = [held[0] - at[0], held[1] - at[1]];
        if (handle.isEdge) dispatch({ type: 'insertCorner', edge: handle.index, at: held, gesture });
        else dispatch({ type: 'select', id: shape.id, corner: handle.index });
      } else {
        const hit = shapeAt(state.shapes, at, size);
        if (hit) begun.drags = 'shape';
        dispatch({ type: 'select', id: hit?.id });
      }
    }
    if (event.pointerType !== 'mouse' && begun.drags !== 'shape' && begun.drags !== 'nothing') setUnderFinger(at);
  };

  const move = (event: PointerEvent<HTMLElement>) => {
    const { at, size } = positionIn(event);
    if (state.draft) setHover(snapped(at, size));
    const current = press.current;
    if (!current || current.pointerId !== event.pointerId) return;
    if (!current.hasMoved && distance(current.start, at, size) < DRAG_FROM_PX) return;
    const by: PlanePoint = [at[0] - current.last[0], at[1] - current.last[1]];
    const { offset, gesture } = current;
    current.hasMoved = true;
    current.last = at;
    const to = snapped([at[0] + offset[0], at[1] + offset[1]], size);
    if (current.drags === 'corner') dispatch({ type: 'moveCorner', to, gesture });
    if (current.drags === 'shape') dispatch({ type: 'moveShape', by, gesture });
    if (underFinger) setUnderFinger(to);
  };

  const end = (event: PointerEvent<HTMLElement>) => {
    const current = press.current;
    if (!current || current.pointerId !== event.pointerId) return;
    press.current = undefined;
    setUnderFinger(undefined);
    if (current.drags !== 'draft' || !state.draft || event.type === 'pointercancel') return;
    const { at, size } = positionIn(event);
    const [from, to] = [snapped(current.start, size), snapped(at, size)];
    const { kind, name, points } = state.draft;
    const [first] = points;
    const last = points.at(-1);
    if (current.hasMoved && points.length === 0) {
      // A whole shape by one movement.
      if (kind === 'line') dispatch({ type: 'add', kind, name, points: [from, to] });
      else dispatch({ type: 'add', kind, name, points: rectangle(from, to) });
    } else if (first && points.length >= MIN_CORNERS && distance(first, to, size) <= CLOSE_PX) {
      dispatch({ type: 'finish' });
    } else if (!last || distance(last, to, size) >= DRAG_FROM_PX) {
      dispatch({ type: 'place', point: to });
    }
    if (event.pointerType !== 'mouse') setHover(undefined);
  };

  return {
    hover: state.draft ? hover : undefined,
    underFinger,
    handlers: {
      onPointerDown: begin,
      onPointerMove: move,
      onPointerUp: end,
      onPointerCancel: end,
      onPointerLeave: () => setHover(undefined),
      onDoubleClick: () => dispatch({ type: 'finish' }),
    },
  };
}

/** In fractions of the element, and its size in pixels. */
function positionIn({ currentTarget, clientX, clientY }: PointerEvent<HTMLElement>): {
  at: PlanePoint;
  size: PlanePoint;
} {
  const { left, top, width, height } = currentTarget.getBoundingClientRect();
  return { at: [(clientX - left) / width, (clientY - top) / height], size: [width, height] };
}

function handleAt(target: Element): { index: number; isEdge: boolean } | undefined {
  const handle = target.closest<HTMLElement>('[data-corner], [data-edge]');
  if (!handle) return undefined;
  const { corner, edge } = handle.dataset;
  return { index: Number(corner ?? edge), isEdge: edge !== undefined };
}

function distance([ax, ay]: PlanePoint, [bx, by]: PlanePoint, [width, height]: PlanePoint): number {
  return Math.hypot((ax - bx) * width, (ay - by) * height);
}

function snapped([x, y]: PlanePoint, [width, height]: PlanePoint): PlanePoint {
  const snap = (value: number, size: number) => {
    if (value * size < SNAP_PX) return 0;
    return (1 - value) * size < SNAP_PX ? 1 : value;
  };
  return [snap(x, width), snap(y, height)];
}

function rectangle([x1, y1]: PlanePoint, [x2, y2]: PlanePoint): PlanePoint[] {
  return [
    [x1, y1],
    [x2, y1],
    [x2, y2],
    [x1, y2],
  ];
}
