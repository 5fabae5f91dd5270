import type { Camera } from '@lookout/protocol';

const KEY = 'lookout.shapes';
const USUAL = 16 / 9;
/** More are not remembered. */
const MAX_CAMERAS = 64;
/** Panoramas and phones that stand upright; anything beyond is a mistake. */
const [NARROWEST, WIDEST] = [0.3, 5];

/** Width ÷ height of cameras' pictures, by id, in the order of the page. */
export type Shapes = ReadonlyMap<string, number>;

/** The shapes that pictures had here the last time: what is known of a camera before it is live, or the server has answered. */
export function rememberedShapes(): Shapes {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return new Map(Array.isArray(stored) ? stored.filter(isEntry).slice(0, MAX_CAMERAS) : []);
  } catch {
    // Storage is forbidden or contains no JSON.
    return new Map();
  }
}

export function rememberShapes(shapes: Shapes): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([...shapes].slice(0, MAX_CAMERAS)));
  } catch {
    // Storage is forbidden or full: pages take the usual shape until they know better.
  }
}

/** The shape of each camera: as it is, else as it was, else the usual one. */
export function shapesOf(cameras: readonly Pick<Camera, 'id' | 'width' | 'height'>[], before: Shapes): Shapes {
  return new Map(
    cameras.map(({ id, width, height }) => {
      const shape = width && height ? width / height : (before.get(id) ?? USUAL);
      return [id, Math.min(Math.max(shape, NARROWEST), WIDEST)];
    }),
  );
}

function isEntry(entry: unknown): entry is [string, number] {
  return Array.isArray(entry) && typeof entry[0] === 'string' && entry[1] >= NARROWEST && entry[1] <= WIDEST;
}
