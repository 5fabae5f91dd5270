import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from 'react';
import { classes } from '../ui/classes.js';
import { FramePresenter } from './frame-presenter.js';
import type { OverlaySettings } from './overlay.js';
import type { ViewPoint } from './zoom.js';

export interface ScreenRefs {
  view: RefObject<HTMLDivElement | null>;
  picture: RefObject<HTMLCanvasElement | null>;
  boxes: RefObject<HTMLCanvasElement | null>;
  /** Zones and lines. */
  regions: RefObject<HTMLCanvasElement | null>;
}

export interface ScreenControl extends ScreenRefs {
  /** Set once the screen is on the page. */
  presenter: RefObject<FramePresenter | undefined>;
}

/** Refs for a `Screen`, and the presenter that draws on it. */
export function useScreen(overlay: OverlaySettings): ScreenControl {
  const view = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLCanvasElement>(null);
  const boxes = useRef<HTMLCanvasElement>(null);
  const regions = useRef<HTMLCanvasElement>(null);
  const presenter = useRef<FramePresenter>(undefined);
  const settings = useRef(overlay);

  useEffect(() => {
    settings.current = overlay;
    presenter.current?.setSettings(overlay);
  }, [overlay]);

  useEffect(() => {
    const element = view.current!;
    const canvases = { picture: picture.current!, boxes: boxes.current!, regions: regions.current! };
    const current = new FramePresenter(canvases, settings.current);
    presenter.current = current;
    const observer = new ResizeObserver(() => current.resize(element.clientWidth, element.clientHeight));
    observer.observe(element);
    const forget = followPointer(element, (pointer) => current.setPointer(pointer));
    return () => {
      observer.disconnect();
      forget();
      current.dispose();
    };
  }, []);

  return { view, picture, boxes, regions, presenter };
}

export interface ObjectKeys {
  onKeyDown: (event: KeyboardEvent) => void;
  onBlur: () => void;
  /** What the last key labelled, to be read out. */
  announced: string;
}

/** Keys of a picture that label object after object. */
export function useObjectKeys(presenter: ScreenControl['presenter']): ObjectKeys {
  const [announced, setAnnounced] = useState('');
  const clear = () => {
    presenter.current?.setPointer(undefined);
    setAnnounced('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // With Shift they move an enlarged picture.
    if (event.shiftKey) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] as 1 | -1 | undefined;
    if (step) setAnnounced(presenter.current?.stepPointer(step) ?? '');
    else if (event.key === 'Escape' && announced !== '') clear();
    else return;
    event.preventDefault();
  };
  return { onKeyDown, onBlur: clear, announced };
}

export interface ScreenProps extends ScreenRefs {
  label: string;
  /** Given: the picture can be focused. */
  keys?: ObjectKeys | undefined;
  /** `empty` before the first picture; `old` while nothing new arrives: dimmed, without boxes. */
  look: 'empty' | 'old' | 'current';
  className?: string;
  style?: CSSProperties | undefined;
  /** Over the picture. */
  children?: ReactNode;
}

const LOOKS = { empty: 'opacity-0', old: 'grayscale-50 brightness-48', current: '' };

/** A complete picture with its boxes above it. */
export function Screen({ view, picture, boxes, regions, label, keys, look, className, style, children }: ScreenProps) {
  const hasBoxes = look === 'current';
  return (
    <div ref={view} className={classes('relative overflow-hidden bg-picture', className)} style={style}>
      <canvas
        ref={picture}
        role="img"
        aria-label={label}
        {...(keys && { tabIndex: 0, onKeyDown: keys.onKeyDown, onBlur: keys.onBlur })}
        className={classes(
          'absolute inset-0 size-full object-contain transition-[opacity,filter] duration-180 focus-visible:-outline-offset-2 focus-on-picture',
          LOOKS[look],
        )}
      />
      <div aria-hidden="true" className={classes('pointer-events-none absolute inset-0', !hasBoxes && 'opacity-0')}>
        <canvas ref={boxes} className="absolute inset-0 z-1 size-full" />
        <canvas ref={regions} className="absolute inset-0 size-full" />
      </div>
      {keys && (
        <p role="status" className="sr-only">
          {keys.announced}
        </p>
      )}
      {children}
    </div>
  );
}

/**
 * Reports where the user points at an element: with a mouse over it, or by the last tap, until the next tap outside it.
 * @param onPoint CSS pixels from the element's upper left corner; undefined: nowhere
 * @returns a function that stops it
 */
function followPointer(element: HTMLElement, onPoint: (pointer: ViewPoint | undefined) => void): () => void {
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
