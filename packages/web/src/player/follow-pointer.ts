import type { Point } from './overlay.js';

/**
 * Tells where an element is pointed at: by a mouse that is over it, or by the last tap, until the next one beside it.
 * @param onPoint CSS pixels from the element's upper left corner; undefined: nowhere
 * @returns what ends that
 */
export function followPointer(element: HTMLElement, onPoint: (pointer: Point | undefined) => void): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  const point = ({ clientX, clientY }: PointerEvent) => {
    const { left, top } = element.getBoundingClientRect();
    onPoint({ x: clientX - left, y: clientY - top });
  };
  element.addEventListener('pointermove', (event) => event.pointerType === 'mouse' && point(event), { signal });
  element.addEventListener('pointerdown', point, { signal });
  element.addEventListener('pointerleave', (event) => event.pointerType === 'mouse' && onPoint(undefined), { signal });
  const elsewhere = ({ target }: PointerEvent) => !element.contains(target as Node) && onPoint(undefined);
  document.addEventListener('pointerdown', elsewhere, { signal });
  return () => ending.abort();
}
