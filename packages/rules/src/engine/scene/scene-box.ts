import type { Box } from '@lookout/protocol';

/** Width of every picture in scene units, which makes coordinates independent of its resolution. */
export const SCENE_WIDTH = 1000;

/** A box in scene units. */
export interface SceneBox {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** @param scale scene units per pixel. @param shift of the view relative to the scene, scene units. */
export function toSceneBox(box: Box, scale: number, shift: readonly [number, number]): SceneBox {
  return {
    left: Math.min(box[0], box[2]) * scale - shift[0],
    top: Math.min(box[1], box[3]) * scale - shift[1],
    right: Math.max(box[0], box[2]) * scale - shift[0],
    bottom: Math.max(box[1], box[3]) * scale - shift[1],
  };
}

/** The fraction of `box` that `cover` overlaps, 0..1. */
export function hiddenShare(box: SceneBox, cover: SceneBox): number {
  const width = Math.min(box.right, cover.right) - Math.max(box.left, cover.left);
  const height = Math.min(box.bottom, cover.bottom) - Math.max(box.top, cover.top);
  const area = (box.right - box.left) * (box.bottom - box.top);
  return width > 0 && height > 0 && area > 0 ? (width * height) / area : 0;
}
