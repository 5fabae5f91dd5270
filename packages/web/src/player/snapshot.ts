import { t } from '../strings/index.js';
import { contextOf } from './frame-presenter.js';
import { containRect } from './overlay.js';

const JPEG_QUALITY = 0.92;
const DOWNLOAD_STARTS_MS = 10_000;

/**
 * Saves what is on the screen: the picture at its own size, with its boxes scaled to it.
 * @param picture canvas of the frame @param layers canvases above it, lowest first, of any resolution and aspect ratio
 * @throws Error when the browser creates no JPEG (an empty canvas)
 */
export async function saveSnapshot(
  picture: HTMLCanvasElement,
  layers: readonly HTMLCanvasElement[],
  name: string,
): Promise<void> {
  const canvas = document.createElement('canvas');
  canvas.width = picture.width;
  canvas.height = picture.height;
  const context = contextOf(canvas);
  context.drawImage(picture, 0, 0);
  for (const layer of layers) {
    if (layer.width === 0 || layer.height === 0) continue;
    // The view shows the whole picture centred; each layer is cropped to the picture's position in it.
    const { x, y, width, height } = containRect(picture.width, picture.height, layer.width, layer.height);
    context.drawImage(layer, x, y, width, height, 0, 0, canvas.width, canvas.height);
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY));
  if (!blob) throw new Error(t.player.noPictureToSave);
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name.replace(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}-${new Date().toISOString().replace(/[:.]/g, '-')}.jpg`;
  link.click();
  // By then the download has started and holds its own reference.
  setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD_STARTS_MS);
}
