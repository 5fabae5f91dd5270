import { readClockCode } from '@lookout/media/testing';
import type { Page } from 'playwright-core';

/** A picture of the camera that was drawn on the page. */
export interface DrawnPicture {
  /** When, Unix epoch ms. */
  atMs: number;
  /** From the clock in the picture to the page, ms. */
  ageMs: number;
  isVideo: boolean;
}

interface Drawing {
  atMs: number;
  isVideo: boolean;
  /** Brightness of the cells of the clock, left to right. */
  cells: number[];
}

/** Of the clock in the pictures of the RTSP server for tests, side by side in the upper twelfth. */
const CELLS = 40;

const WATCH_SCRIPT = `(() => {
  window.drawings = [];
  const { createElement } = Document.prototype;
  Document.prototype.createElement = function (name, options) {
    if (name === 'video') window.videoMadeMs = Date.now();
    return createElement.call(this, name, options);
  };
  const { drawImage } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.drawImage = function (source, ...rest) {
    drawImage.call(this, source, ...rest);
    if (this.canvas.getAttribute('role') !== 'img') return;
    const atMs = Date.now();
    const { width, height } = this.canvas;
    const { data } = this.getImageData(0, Math.floor(height / 24), width, 1);
    const cells = Array.from({ length: ${CELLS} }, (_, cell) => data[4 * Math.floor(((cell + 0.5) * width) / ${CELLS})]);
    window.drawings.push({ atMs, isVideo: !(source instanceof ImageBitmap), cells });
  };
})()`;

/** Records what the player draws from now on, and when it last made a video element. To be called before the page is opened. */
export async function watchCanvas(page: Page): Promise<void> {
  await page.addInitScript(WATCH_SCRIPT);
}

/** What was drawn so far, but for pictures whose clock can't be read. */
export async function drawnPictures(page: Page): Promise<DrawnPicture[]> {
  const drawings = (await page.evaluate('window.drawings')) as Drawing[];
  return drawings.flatMap(({ atMs, isVideo, cells }) => {
    const capturedMs = readClockCode(cells, { width: CELLS, height: 12 }, atMs);
    return capturedMs === undefined ? [] : [{ atMs, ageMs: atMs - capturedMs, isVideo }];
  });
}

/** When the page last made a video element, and so began to open the camera's own video. Unix epoch ms. */
export async function videoMadeMs(page: Page): Promise<number> {
  return (await page.evaluate('window.videoMadeMs')) as number;
}
