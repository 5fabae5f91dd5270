import type { Camera } from '@lookout/protocol';
import { type CSSProperties, type Dispatch, type RefObject, useEffect, useRef, useState } from 'react';
import { LiveView, type LiveViewHandle, useMeter } from '../player/live-view.js';
import { NO_OVERLAY } from '../player/overlay.js';
import { t } from '../strings/index.js';
import { classes } from '../ui/classes.js';
import { type EditorAction, type EditorState, selectedShape } from './editor-state.js';
import { FirstCorner, Handles } from './handles.js';
import { Loupe } from './loupe.js';
import { freshColour } from './shapes.js';
import { ShapesCanvas } from './shapes-canvas.js';
import { useStagePointer } from './stage-pointer.js';

export interface ZoneStageProps {
  camera: Camera;
  state: EditorState;
  dispatch: Dispatch<EditorAction>;
  /** Ids of shapes with something wrong in their outline. */
  broken: ReadonlySet<number>;
}

/** The live picture, to draw on. */
export function ZoneStage({ camera, state, dispatch, broken }: ZoneStageProps) {
  const meter = useMeter();
  const stage = useRef<HTMLDivElement>(null);
  const view = useRef<LiveViewHandle>(null);
  const shapes = useRef<HTMLCanvasElement>(null);
  const size = useSize(stage);
  const { hover, underFinger, handlers } = useStagePointer(state, dispatch);
  const selected = selectedShape(state);
  const first = state.draft?.kind === 'line' ? undefined : state.draft?.points[0];
  return (
    <div
      className="flex justify-center bg-picture"
      style={{ '--shape': (camera.width ?? 16) / (camera.height ?? 9) } as CSSProperties}
    >
      <section
        ref={stage}
        aria-label={t.zones.stage(camera.name)}
        className={classes(
          'relative w-full max-w-[calc((100dvh-3.75rem)*var(--shape))] touch-none overflow-hidden select-none phone:max-w-[calc(62dvh*var(--shape))]',
          state.draft ? 'cursor-crosshair' : 'cursor-default',
        )}
        {...handlers}
      >
        <LiveView ref={view} token={camera.id} name={camera.name} overlay={NO_OVERLAY} meter={meter} camera={camera} />
        <ShapesCanvas ref={shapes} {...{ state, broken, hover }} {...size} />
        {first && <FirstCorner point={first} color={freshColour(state.shapes)} />}
        {selected && <Handles key={selected.id} shape={selected} corner={state.corner} dispatch={dispatch} />}
        {underFinger && <Loupe at={underFinger} view={view} shapes={shapes} {...size} />}
      </section>
    </div>
  );
}

/** An element's size, CSS pixels; 0 until it is known. */
function useSize(ref: RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}
