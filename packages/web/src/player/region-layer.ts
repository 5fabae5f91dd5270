import type { CameraRegions, Rect, RegionShape } from '@lookout/protocol';
import { layoutNames, OVERLAY_LOOK, regionShapes } from '@lookout/protocol/core';
import { drawRegion, measureTag } from './overlay-parts.js';

/** Where zones and lines are drawn. */
export interface RegionScene {
  regions: Pick<CameraRegions, 'zones' | 'lines'> | undefined;
  /** Names of those that warn. */
  firing: ReadonlySet<string> | undefined;
  /** CSS pixels of the view. */
  picture: Rect;
  /** The part of it that can be seen. */
  visible: Rect;
  viewWidth: number;
  pixelRatio: number;
  labelHeight: number;
}

/** The name of a zone or line, and its place. */
export interface RegionName {
  text: string;
  colour: string;
  rect: Rect;
}

/** Zones and lines as they are shown in one view. They are computed once for many frames, since only the boxes over them change. */
export class RegionLayer {
  #scene: RegionScene | undefined;
  #shapes: readonly RegionShape[] = [];
  #names: readonly RegionName[] = [];

  /** Where names are as long as nothing passes there. */
  get names(): readonly RegionName[] {
    return this.#names;
  }

  /** @param context measures names @returns whether `paint` now draws something else than before */
  update(context: CanvasRenderingContext2D, scene: RegionScene): boolean {
    if (this.#scene && isSame(this.#scene, scene)) return false;
    const { regions, firing, picture } = scene;
    const wasEmpty = this.#shapes.length === 0;
    this.#scene = scene;
    this.#shapes = regions ? regionShapes(regions, { picture, scale: 1, firing }) : [];
    this.#names = namesOf(context, this.#shapes, scene);
    return !(wasEmpty && this.#shapes.length === 0);
  }

  /** Draws the shapes, without their names. */
  paint(context: CanvasRenderingContext2D): void {
    for (const shape of this.#shapes) drawRegion(context, shape);
  }
}

function namesOf(
  context: CanvasRenderingContext2D,
  shapes: readonly RegionShape[],
  { visible, viewWidth, labelHeight }: RegionScene,
): RegionName[] {
  const requests = shapes
    .filter(({ area }) => area || viewWidth >= OVERLAY_LOOK.crossing.namedFrom)
    .map((shape) => ({ ...shape, labelWidth: measureTag(context, shape.name) }));
  const places = layoutNames(requests, { bounds: visible, labelHeight, gap: OVERLAY_LOOK.label.gap });
  return requests.flatMap(({ name, colour, labelWidth }, i) => {
    const place = places[i];
    return place ? [{ text: name, colour, rect: { ...place, width: labelWidth, height: labelHeight } }] : [];
  });
}

function isSame(a: RegionScene, b: RegionScene): boolean {
  return (
    a.regions === b.regions &&
    a.firing === b.firing &&
    a.viewWidth === b.viewWidth &&
    a.pixelRatio === b.pixelRatio &&
    a.labelHeight === b.labelHeight &&
    isSameRect(a.picture, b.picture) &&
    isSameRect(a.visible, b.visible)
  );
}

function isSameRect(a: Rect, b: Rect): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
