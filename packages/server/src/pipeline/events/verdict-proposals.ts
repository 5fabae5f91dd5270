import { type Mask, objectPoint, type Rule } from '@lookout/protocol';
import type { KeptEvent } from '../../platform/storage/index.js';

/** Longer cooldowns to propose, s. */
const COOLDOWNS_S = [300, 900, 3600, 4 * 3600, 24 * 3600];
/** Size of a proposed mask, as parts of the object's box: around the point that counts for the object. */
const MASK_WIDTH = 1.2;
const MASK_HEIGHT = 0.5;
const MASK_CORNERS = 8;

/** The next longer cooldown; undefined if there is none. */
export function proposedCooldown({ cooldown_s }: Pick<Rule, 'cooldown_s'>): number | undefined {
  return COOLDOWNS_S.find((seconds) => seconds > cooldown_s);
}

/** A mask around the place where the object of an event stood; undefined if it had none. */
export function proposedMask({ tracks, image_size }: Pick<KeptEvent, 'tracks' | 'image_size'>): Mask | undefined {
  const [track] = tracks;
  const [width, height] = image_size;
  if (!track || width === 0 || height === 0) return undefined;
  const { class_name, bbox } = track;
  const [x, y] = objectPoint(class_name, bbox);
  const [radiusX, radiusY] = [((bbox[2] - bbox[0]) * MASK_WIDTH) / 2, ((bbox[3] - bbox[1]) * MASK_HEIGHT) / 2];
  const points = Array.from({ length: MASK_CORNERS }, (_, i): [number, number] => {
    const angle = (2 * Math.PI * (i + 0.5)) / MASK_CORNERS;
    return [share((x + radiusX * Math.cos(angle)) / width), share((y + radiusY * Math.sin(angle)) / height)];
  });
  // Corners beyond the edge of the picture fall together.
  const corners = points.filter((point, i) => String(point) !== String(points[(i + 1) % points.length]));
  return corners.length < 3
    ? undefined
    : { name: `No ${class_name} here`.slice(0, 60), points: corners, classes: [class_name] };
}

/** 0..1, to a thousandth. */
function share(value: number): number {
  return Math.round(1000 * Math.max(0, Math.min(1, value))) / 1000;
}
