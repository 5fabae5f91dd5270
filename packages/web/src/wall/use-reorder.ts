import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useState } from 'react';
import { gapAt, type Place } from './model/wall-layout.js';

export interface Drag {
  id: string;
  /** How far it has moved, CSS pixels. */
  dx: number;
  dy: number;
  /** Which picture it would be before. */
  before: number;
}

interface Started {
  id: string;
  clientX: number;
  clientY: number;
  /** Of the wall's corner in the window. */
  left: number;
  top: number;
}

export interface ReorderOptions {
  /** Those shown, in order. */
  ids: readonly string[];
  places: readonly Place[];
  /** What the places are relative to. */
  space: RefObject<HTMLElement | null>;
  /** @param to its index once it is there */
  onMove: (id: string, to: number) => void;
}

/** So near to the window's edge, dragging scrolls. CSS pixels, and pixels for each refresh of the screen. */
const [EDGE_PX, SCROLL_PX] = [72, 10];
const STEPS: Partial<Record<string, number>> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** Moves pictures by a handle: with a mouse, a finger or a pen, and with arrow keys, Home and End. */
export function useReorder({ ids, places, space, onMove }: ReorderOptions) {
  const [started, setStarted] = useState<Started>();
  const [drag, setDrag] = useState<Drag>();
  const end = () => {
    setStarted(undefined);
    setDrag(undefined);
  };
  useScrollAtEdges(started !== undefined);
  useEscape(started !== undefined, end);

  const dragged = (event: PointerEvent) => {
    if (!started) return;
    const { left, top } = space.current!.getBoundingClientRect();
    const point = { x: event.clientX - left, y: event.clientY - top };
    // Where the page has scrolled meanwhile, the wall has moved below the pointer.
    const dx = event.clientX - started.clientX - (left - started.left);
    const dy = event.clientY - started.clientY - (top - started.top);
    setDrag({ id: started.id, dx, dy, before: gapAt(places, point) });
  };
  const dropped = () => {
    if (drag) {
      const from = ids.indexOf(drag.id);
      const to = drag.before > from ? drag.before - 1 : drag.before;
      if (to !== from) onMove(drag.id, to);
    }
    end();
  };
  const handle = (id: string) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0 || !event.isPrimary) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const { left, top } = space.current!.getBoundingClientRect();
      setStarted({ id, clientX: event.clientX, clientY: event.clientY, left, top });
    },
    onPointerMove: dragged,
    onPointerUp: dropped,
    onPointerCancel: end,
    onKeyDown: (event: KeyboardEvent) => {
      const at = ids.indexOf(id);
      const step = STEPS[event.key];
      const to = event.key === 'Home' ? 0 : event.key === 'End' ? ids.length - 1 : step && at + step;
      if (to === undefined) return;
      event.preventDefault();
      if (to !== at && to >= 0 && to < ids.length) onMove(id, to);
    },
  });
  return { drag, handle };
}

function useEscape(isOn: boolean, onEscape: () => void): void {
  useEffect(() => {
    if (!isOn) return;
    const onKey = ({ key }: globalThis.KeyboardEvent) => key === 'Escape' && onEscape();
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
}

/** Scrolls the page while the pointer is at the upper or lower edge of the window. */
function useScrollAtEdges(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    let y = window.innerHeight / 2;
    let request = 0;
    const follow = ({ clientY }: globalThis.PointerEvent) => {
      y = clientY;
    };
    const scroll = () => {
      if (y < EDGE_PX) window.scrollBy(0, -SCROLL_PX);
      else if (y > window.innerHeight - EDGE_PX) window.scrollBy(0, SCROLL_PX);
      request = requestAnimationFrame(scroll);
    };
    request = requestAnimationFrame(scroll);
    window.addEventListener('pointermove', follow);
    return () => {
      cancelAnimationFrame(request);
      window.removeEventListener('pointermove', follow);
    };
  }, [isOn]);
}
