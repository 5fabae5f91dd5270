import type { Camera } from '@lookout/protocol';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useInnerSize } from '../lib/hooks.js';
import { CameraTile } from './camera-tile.js';
import { StripLegend } from './hour-strip.js';
import { justifiedRows } from './model/justified-rows.js';
import { rememberedShapes, rememberShapes, type Shapes, shapesOf } from './model/shapes.js';

const GAP = 16;
/** Of a few, and of many, of which more are to be seen at once. */
const [IDEAL_HEIGHT, IDEAL_HEIGHT_OF_MANY] = [300, 230];
const MANY = 7;
const MIN_WIDTH = 170;
/** Of the window's height, within bounds. */
const MAX_SHARE = 0.66;
const [LEAST_MAX_HEIGHT, MOST_MAX_HEIGHT] = [280, 600];

/** All cameras, in rows of pictures of the same height, each with its own shape. */
export function CameraTiles({ cameras }: { cameras: readonly Camera[] }) {
  const [before] = useState(rememberedShapes);
  const shapes = useMemo(() => shapesOf(cameras, before), [cameras, before]);
  useEffect(() => rememberShapes(shapes), [shapes]);
  const space = useRef<HTMLDivElement>(null);
  const widths = useWidths(space, shapes);
  return (
    <>
      <div ref={space} className="flex flex-wrap gap-4 phone:-mx-4">
        {widths &&
          cameras.map((camera, i) => (
            <CameraTile
              key={camera.id}
              camera={camera}
              shape={shapes.get(camera.id) ?? 1}
              width={widths[i] ?? MIN_WIDTH}
            />
          ))}
      </div>
      <StripLegend />
    </>
  );
}

/** Rows of the shapes that pictures had the last time, in their place until they are there. */
export function TilesSkeleton({ shapes }: { shapes: Shapes }) {
  const space = useRef<HTMLDivElement>(null);
  const widths = useWidths(space, shapes);
  return (
    <div ref={space} className="flex flex-wrap gap-4 phone:-mx-4">
      {[...shapes].map(([id, shape], i) => (
        <div key={id} style={{ width: widths?.[i] }} className="rounded-lg bg-sunken phone:rounded-none">
          <div style={{ aspectRatio: shape }} />
          <div className="h-25" />
        </div>
      ))}
    </div>
  );
}

/** The width of each tile; undefined until that of the page is known, before the first paint. */
function useWidths(space: RefObject<HTMLElement | null>, shapes: Shapes): number[] | undefined {
  const width = useInnerSize(space)?.width;
  return useMemo(() => {
    if (width === undefined) return undefined;
    const maxHeight = Math.min(Math.max(LEAST_MAX_HEIGHT, window.innerHeight * MAX_SHARE), MOST_MAX_HEIGHT);
    const idealHeight = shapes.size < MANY ? IDEAL_HEIGHT : IDEAL_HEIGHT_OF_MANY;
    const look = { width, gap: GAP, idealHeight, maxHeight, minWidth: MIN_WIDTH };
    // Widths that add up to a hair more than the row would break it.
    return justifiedRows([...shapes.values()], look).map((each) => Math.floor(each * 100) / 100);
  }, [width, shapes]);
}
