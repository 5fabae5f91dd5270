import { useMemo, useRef, useState } from 'react';
import { rememberedShapes } from '../home/model/shapes.js';
import { useInnerSize } from '../lib/hooks.js';
import type { WallSize } from './model/wall-setup.js';
import { layoutOfSize } from './wall-tiles.js';

/** The wall's shape until the server has answered. */
export function WallSkeleton({ size }: { size: WallSize }) {
  const [shapes] = useState(() => [...rememberedShapes().values()]);
  const space = useRef<HTMLDivElement>(null);
  const width = useInnerSize(space)?.width;
  const { places, height } = useMemo(() => layoutOfSize(shapes, size, width ?? 0), [shapes, size, width]);
  return (
    <div ref={space} aria-hidden="true" className="relative" style={{ height }}>
      {width !== undefined &&
        places.map(({ x, y, ...box }) => (
          <div key={`${x} ${y}`} className="absolute rounded-md bg-sunken" style={{ left: x, top: y, ...box }} />
        ))}
    </div>
  );
}
