import { download } from '../lib/download.js';
import { t } from '../strings/index.js';
import { contextOf } from './frame-presenter.js';
import { containRect } from './overlay.js';
import { visiblePart, type Zoom, zoomedRect } from './zoom.js';

const JPEG_QUALITY = 0.92;

/**
 * Saves what is on the screen: the picture at its own size, or the part of it that is shown, with its boxes scaled to it.
 * @param picture canvas of the frame @param layers canvases above it, lowest first, of any resolution and aspect ratio
 * @param zoom of a view of this size, CSS pixels
 * @throws Error when the browser creates no JPEG (an empty canvas)
 */
export async function saveSnapshot(
  picture: HTMLCanvasElement,
  layers: readonly HTMLCanvasElement[],
  { name, zoom, view }: { name: string; zoom: Zoom; view: { width: number; height: number } },
): Promise<void> {
  // The view shows the picture centred; picture and layers are cropped to what can be seen of it.
  const placed = zoomedRect(containRect(picture.width, picture.height, view.width, view.height), zoom);
  const seen = visiblePart(placed, view);
  const scale = picture.width / placed.width;
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(seen.width * scale);
  canvas.height = Math.round(seen.height * scale);
  const context = contextOf(canvas);
  const [left, top] = [(seen.x - placed.x) * scale, (seen.y - placed.y) * scale];
  context.drawImage(picture, left, top, seen.width * scale, seen.height * scale, 0, 0, canvas.width, canvas.height);
  for (const layer of layers) {
    if (layer.width === 0 || layer.height === 0) continue;
    const ratio = layer.width / view.width;
    const [x, y, width, height] = [seen.x * ratio, seen.y * ratio, seen.width * ratio, seen.height * ratio];
    context.drawImage(layer, x, y, width, height, 0, 0, canvas.width, canvas.height);
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY));
  if (!blob) throw new Error(t.player.noPictureToSave);
  download(blob, name, 'jpg');
}
