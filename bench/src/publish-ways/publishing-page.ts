import type { Browser, Page } from 'playwright-core';
import { READ_NUMBER_SCRIPT } from '../lib/numbered-clip.js';

export const WAYS = ['pairs', 'WHIP'] as const;
/** `pairs`: metadata and JPEG over the WebSocket, by the publishing page. */
export type Way = (typeof WAYS)[number];

export interface PublishingPageOptions {
  url: string;
  token: string;
  way: Way;
  width: number;
  height: number;
}

export interface Captured {
  readonly number: number;
  /** Unix epoch ms. */
  readonly atMs: number;
}

/** A page that publishes its camera and knows when each picture was captured. */
export class PublishingPage {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  static async open(browser: Browser, options: PublishingPageOptions): Promise<PublishingPage> {
    const { url, token, way, width, height } = options;
    const page = await (await browser.newContext({ bypassCSP: true })).newPage();
    await page.goto(`${url}/camera/${token}`);
    await page.evaluate(watchScript(width, height));
    if (way === 'pairs') await page.getByRole('button', { name: 'Start camera' }).click();
    else await page.evaluate(whipScript(token));
    return new PublishingPage(page);
  }

  captured(): Promise<Captured[]> {
    return this.#page.evaluate('window.captured');
  }
}

/** Opens the camera for itself, too, as any number of readers may. */
const watchScript = (width: number, height: number) => `(async () => {
  ${READ_NUMBER_SCRIPT}
  window.captured = [];
  const size = { width: { ideal: ${width} }, height: { ideal: ${height} }, frameRate: { ideal: 30 } };
  window.stream = await navigator.mediaDevices.getUserMedia({ video: size });
  const video = Object.assign(document.createElement('video'), { muted: true, srcObject: window.stream });
  await video.play();
  const onFrame = (now, { captureTime = now }) => {
    const number = readNumber(video, 640);
    if (number >= 0) window.captured.push({ number, atMs: performance.timeOrigin + captureTime });
    video.requestVideoFrameCallback(onFrame);
  };
  video.requestVideoFrameCallback(onFrame);
})()`;

const whipScript = (token: string) => `(async () => {
  const peer = (window.peer = new RTCPeerConnection());
  peer.addTransceiver(window.stream.getVideoTracks()[0], { direction: 'sendonly' });
  await peer.setLocalDescription();
  const headers = { 'Content-Type': 'application/sdp' };
  const response = await fetch('/whip/${token}', { method: 'POST', headers, body: peer.localDescription.sdp });
  if (response.status !== 201) throw new Error(await response.text());
  await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() });
})()`;
