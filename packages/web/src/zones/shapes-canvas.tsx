import { layoutNames, OVERLAY_LOOK, type PlanePoint, type RegionShape, regionShapes } from '@lookout/protocol';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { contextOf } from '../player/frame-presenter.js';
import { ALARM, drawRegion, drawTag, measureTag } from '../player/overlay-parts.js';
import type { EditorState } from './editor-state.js';
import { freshColour, regionsOf, type Shape } from './shapes.js';

export interface ShapesCanvasProps {
  state: EditorState;
  /** Ids of shapes with something wrong in their outline. */
  broken: ReadonlySet<number>;
  /** Where the next point of a draft would be. */
  hover: PlanePoint | undefined;
  /** CSS pixels of the picture. */
  width: number;
  height: number;
  ref?: Ref<HTMLCanvasElement>;
}

/** All shapes over the picture, as the live view and burnt-in pictures show them. */
export function ShapesCanvas({ state, broken, hover, width, height, ref }: ShapesCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useImperativeHandle(ref, () => canvas.current as HTMLCanvasElement, []);
  useEffect(() => {
    const element = canvas.current;
    if (!element || width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    const context = contextOf(element);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawShapes(context, { state, broken, hover, width, height });
  }, [state, broken, hover, width, height]);
  return (
    <div aria-hidden="true" className="pointer-events-none absolute inset-0">
      <canvas ref={canvas} className="size-full" />
    </div>
  );
}

type Drawn = Omit<ShapesCanvasProps, 'ref'>;

function drawShapes(context: CanvasRenderingContext2D, { state, broken, hover, width, height }: Drawn): void {
  const picture = { x: 0, y: 0, width, height };
  const shown = state.shapes.map((shape) => ({
    ...pictureOf(shape, picture, shape.id === state.selected),
    ...(broken.has(shape.id) && { colour: ALARM }),
  }));
  for (const shape of shown) drawRegion(context, shape);
  const draft = draftOf(state, hover, picture);
  if (draft) drawRegion(context, draft);
  const requests = shown
    .filter(({ name }) => name !== '')
    .map((shape) => ({ ...shape, labelWidth: measureTag(context, shape.name) }));
  const { gap, height: tagHeights } = OVERLAY_LOOK.label;
  const labelHeight = tagHeights.regular;
  const places = layoutNames(requests, { bounds: picture, labelHeight, gap: 2 * gap });
  for (const [i, { name, colour, labelWidth }] of requests.entries()) {
    const place = places[i];
    if (place) drawTag(context, name, colour, { ...place, width: labelWidth, height: labelHeight });
  }
}

interface Picture {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The selected shape looks as one that a rule fires for. */
function pictureOf(shape: Shape, picture: Picture, isSelected: boolean): RegionShape {
  const { zones, lines, masks } = regionsOf([shape]).regions;
  const areas = [...zones, ...masks.map(({ name, points }) => ({ name, points, color: shape.color }))];
  const firing = isSelected ? [shape.name] : [];
  const [drawn] = regionShapes({ zones: areas, lines }, { picture, scale: 1, firing });
  if (!drawn) throw new TypeError('Expected a shape for each zone, line and mask');
  return drawn;
}

/** What is drawn so far, up to the pointer; undefined before the first point. */
function draftOf({ draft, shapes }: EditorState, hover: PlanePoint | undefined, picture: Picture) {
  const points = [...(draft?.points ?? []), ...(hover ? [hover] : [])];
  const [first, second] = points;
  if (!draft || !first || draft.points.length === 0) return undefined;
  const color = freshColour(shapes);
  if (draft.kind === 'line') {
    const line = {
      name: draft.name,
      from: [...first] as [number, number],
      to: [...(second ?? first)] as [number, number],
    };
    return regionShapes({ zones: [], lines: [{ ...line, color }] }, { picture, scale: 1 })[0];
  }
  const zone = { name: draft.name, points: points.map(([x, y]): [number, number] => [x, y]), color };
  const [area] = regionShapes({ zones: [zone], lines: [] }, { picture, scale: 1 });
  // Open until it is finished.
  return area && { ...area, strokes: [area.area ?? []] };
}
