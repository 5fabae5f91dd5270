import type { Camera } from '@lookout/protocol';
import { Move } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { rememberedShapes, rememberShapes, shapesOf } from '../home/model/shapes.js';
import { useInnerSize } from '../lib/hooks.js';
import { t } from '../strings/index.js';
import { classes } from '../ui/classes.js';
import { GlassButton } from '../ui/glass-button.js';
import { fittingLayout, type Place, scrollingLayout, type WallLayout } from './model/wall-layout.js';
import type { WallSize } from './model/wall-setup.js';
import { type Drag, useReorder } from './use-reorder.js';
import type { SpotlightControl } from './use-spotlight.js';
import { WallTile } from './wall-tile.js';

const words = t.wall;

/** CSS pixels. */
const GAP = 8;
const SCREEN_GAP = 4;
const MIN_WIDTH = 132;
const HEIGHTS: Record<WallSize, { idealHeight: number; maxHeight: number }> = {
  small: { idealHeight: 150, maxHeight: 240 },
  medium: { idealHeight: 250, maxHeight: 420 },
  large: { idealHeight: 420, maxHeight: 760 },
};
/** Narrower pictures have no boxes over them. */
const SMALL_PX = 240;
const NOWHERE: Place = { x: 0, y: 0, width: 0, height: 0 };

export interface WallTilesProps {
  /** In order. */
  cameras: readonly Camera[];
  /** `screen`: all of them fill their parent, nothing scrolls. */
  size: WallSize | 'screen';
  spotlight: SpotlightControl;
  isLinked: boolean;
  /** Given: they can be moved. @param to index among those shown */
  onMove: ((id: string, to: number) => void) | undefined;
}

/** Pictures in rows, each in its own shape. */
export function WallTiles({ cameras, size, spotlight, isLinked, onMove }: WallTilesProps) {
  const space = useRef<HTMLDivElement>(null);
  const { places, height } = useLayout(space, cameras, size);
  const ids = useMemo(() => cameras.map(({ id }) => id), [cameras]);
  const [moved, setMoved] = useState('');
  const move = (id: string, to: number) => {
    onMove?.(id, to);
    const name = cameras.find((camera) => camera.id === id)?.name ?? id;
    setMoved(words.moved(name, to + 1, ids.length));
  };
  const { drag, handle } = useReorder({ ids, places, space, onMove: move });
  const { shown, report, dismiss } = spotlight;
  return (
    <div
      ref={space}
      className={classes('relative', size === 'screen' && 'size-full', drag && 'select-none')}
      style={size === 'screen' ? undefined : { height }}
    >
      {places.length === cameras.length &&
        cameras.map((camera, index) => (
          <PlacedTile
            key={camera.id}
            {...{ camera, report, isLinked: isLinked && !onMove }}
            place={places[index] ?? NOWHERE}
            drag={drag?.id === camera.id ? drag : undefined}
            isLarge={shown?.camera === camera.id}
            isOnScreen={size === 'screen'}
          >
            {shown?.camera === camera.id && (
              <div className="absolute inset-x-2.5 top-2.5 z-3 flex items-center gap-2">
                <p role="status" className="rounded-full bg-glass px-3 py-1.5 text-13 font-strong text-on-glass">
                  {words.why[shown.cause]}
                </p>
                <GlassButton onClick={dismiss}>{words.backToAll}</GlassButton>
              </div>
            )}
            {onMove && (
              <GlassButton
                label={words.move(camera.name)}
                aria-keyshortcuts="ArrowLeft ArrowRight Home End"
                className="absolute top-2.5 left-2.5 z-3 cursor-grab touch-none px-0"
                {...handle(camera.id)}
              >
                <Move size={18} aria-hidden="true" />
              </GlassButton>
            )}
          </PlacedTile>
        ))}
      {drag && <Mark places={places} before={drag.before} />}
      <p role="status" className="sr-only">
        {moved}
      </p>
    </div>
  );
}

interface PlacedTileProps extends Omit<Parameters<typeof WallTile>[0], 'style' | 'isSmall' | 'className'> {
  place: Place;
  drag: Drag | undefined;
  isOnScreen: boolean;
}

function PlacedTile({ place, drag, isOnScreen, isLarge, children, ...rest }: PlacedTileProps) {
  const { x, y, width, height } = place;
  const { dx, dy } = drag ?? { dx: 0, dy: 0 };
  const style = useMemo(
    () => (isLarge ? { inset: 0 } : { left: x + dx, top: y + dy, width, height }),
    [isLarge, x, y, dx, dy, width, height],
  );
  return (
    <WallTile
      {...{ ...rest, isLarge, style }}
      isSmall={!isLarge && width < SMALL_PX}
      className={classes(!isOnScreen && 'rounded-md', isLarge && 'z-20', drag && 'z-10 opacity-80 shadow-3')}
    >
      {children}
    </WallTile>
  );
}

/** Where a picture that is being moved would go. */
function Mark({ places, before }: { places: readonly Place[]; before: number }) {
  const next = places[before];
  const last = places[before - 1];
  const place = next ?? last;
  if (!place) return null;
  // A row of one picture is passed downwards.
  const isAlone = places.filter(({ y }) => y === place.y).length === 1;
  const edge = (start: number, size: number) => (next ? start - GAP / 2 : start + size + GAP / 2);
  const { x, y, width, height } = place;
  return (
    <span
      aria-hidden="true"
      className={classes(
        'pointer-events-none absolute z-10 rounded-full bg-accent',
        isAlone ? 'h-1 -translate-y-1/2' : 'w-1 -translate-x-1/2',
      )}
      style={isAlone ? { left: x, top: edge(y, height), width } : { left: edge(x, width), top: y, height }}
    />
  );
}

/** Of a wall that scrolls. @param shapes width ÷ height @param width of the wall, CSS pixels */
export function layoutOfSize(shapes: readonly number[], size: WallSize, width: number): WallLayout {
  return scrollingLayout(shapes, { width, gap: GAP, minWidth: MIN_WIDTH, ...HEIGHTS[size] });
}

const NO_LAYOUT: WallLayout = { places: [], height: 0 };

function useLayout(
  space: Parameters<typeof useInnerSize>[0],
  cameras: readonly Camera[],
  size: WallTilesProps['size'],
): WallLayout {
  const [before] = useState(rememberedShapes);
  const shapes = useMemo(() => shapesOf(cameras, before), [cameras, before]);
  useEffect(() => rememberShapes(new Map([...before, ...shapes])), [before, shapes]);
  const inner = useInnerSize(space);
  const width = inner?.width;
  // The height of a wall that scrolls follows from its layout.
  const height = size === 'screen' ? inner?.height : undefined;
  return useMemo(() => {
    if (width === undefined) return NO_LAYOUT;
    const list = [...shapes.values()];
    if (size === 'screen') return fittingLayout(list, { width, height: height ?? 0, gap: SCREEN_GAP });
    return layoutOfSize(list, size, width);
  }, [width, height, size, shapes]);
}
