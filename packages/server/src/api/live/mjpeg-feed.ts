import type { ServerResponse } from 'node:http';
import { type Frame, toEpochMs } from '@lookout/media';
import type { MjpegQuery } from '@lookout/protocol';
import { Pacer } from '../../pipeline/analysis/pacer.js';
import type { Camera } from '../../pipeline/cameras/camera.js';
import { type AnalysedFrame, detectionsFor, wasAnalysed } from '../../pipeline/live/analysed-frame.js';
import type { AnalysisConsumer } from '../../pipeline/live/consumer.js';
import { OVERLAY_QUALITY } from '../../pipeline/live/picture-set.js';
import { SHOWN_BOXES, type WantedRendering } from '../../pipeline/live/rendering-limit.js';
import { ViewerChannel } from '../../pipeline/live/viewer-channel.js';

const BOUNDARY = 'lookout-frame';
/** A reader that reads nothing for this long is disconnected. */
const STUCK_LIMIT_MS = 15_000;
const WATCH_EVERY_MS = 5000;

interface OutgoingPart {
  frame: Frame;
  jpeg: Uint8Array;
}

/** The rendering for this reader. */
export function feedRendering(cameraId: string, { mode, guesses, quality }: MjpegQuery): WantedRendering {
  // The original image has a single quality.
  if (mode === 'overlay') return { cameraId, kind: mode, quality: OVERLAY_QUALITY };
  return { cameraId, kind: guesses === '0' ? SHOWN_BOXES : 'guesses', quality };
}

/**
 * `multipart/x-mixed-replace` with the newest frame only. Each part has its length and is followed by the next boundary at once:
 * strict readers such as browsers would otherwise show every frame one frame late. Ends with the connection.
 */
export function serveMjpeg(response: ServerResponse, camera: Camera, query: MjpegQuery, now: () => number): void {
  response.writeHead(200, {
    'Content-Type': `multipart/x-mixed-replace; boundary=${BOUNDARY}`,
    'Cache-Control': 'no-store',
    Pragma: 'no-cache',
    Connection: 'close',
  });
  // A HEAD request reads no frames, so it is no viewer.
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  response.socket?.setNoDelay(true);
  response.write(`--${BOUNDARY}\r\n`);
  const feed = new MjpegFeed(response, camera, query, now);
  const end = camera.hub.subscribeAnalysis(feed);
  const watch = setInterval(() => {
    if (feed.stuckMs > STUCK_LIMIT_MS) response.destroy();
  }, WATCH_EVERY_MS);
  response.once('close', () => {
    clearInterval(watch);
    end();
  });
  const latest = camera.hub.latestAnalysed;
  if (latest) feed.deliver(latest);
}

class MjpegFeed implements AnalysisConsumer {
  readonly receivesPictures = true;
  readonly fps: number;
  readonly wantsOverlay: boolean;
  readonly annotatedQuality: number | undefined;
  readonly #response: ServerResponse;
  readonly #camera: Camera;
  readonly #query: MjpegQuery;
  readonly #now: () => number;
  readonly #pacer: Pacer;
  readonly #channel: ViewerChannel<OutgoingPart>;
  #lastNumber = -1;

  constructor(response: ServerResponse, camera: Camera, query: MjpegQuery, now: () => number) {
    this.#response = response;
    this.#camera = camera;
    this.#query = query;
    this.#now = now;
    this.fps = query.fps;
    this.wantsOverlay = query.mode === 'overlay';
    this.annotatedQuality = this.wantsOverlay || query.guesses === '1' ? undefined : query.quality;
    this.#pacer = new Pacer(query.fps);
    const port = { bufferedBytes: 0, send: (part: OutgoingPart) => this.#write(part) };
    // HTTP has no acknowledgement, so a part counts as delivered once the kernel accepts it.
    this.#channel = new ViewerChannel(port, 1, now);
  }

  get stuckMs(): number {
    return this.#channel.stuckMs;
  }

  wants(frame: Frame, possible: boolean): 'claim' | 'throttled' {
    return possible && this.#pacer.pass(frame.timestampMs) ? 'claim' : 'throttled';
  }

  deliver(analysed: AnalysedFrame): void {
    const { pictures } = analysed;
    const jpeg = this.#picture(analysed);
    if (jpeg instanceof Uint8Array) this.#offer(pictures.frame, jpeg);
    else {
      jpeg.then(
        (made) => this.#offer(pictures.frame, made),
        () => this.#camera.stats.count('stale', this.#now()),
      );
    }
  }

  /** Disconnects a reader that is behind, which would never see an end queued after its frames. */
  cameraRemoved(): void {
    if (this.#channel.inFlight > 0) this.#response.destroy();
    else this.#response.end();
  }

  #picture(analysed: AnalysedFrame): Uint8Array | Promise<Uint8Array> {
    const { pictures } = analysed;
    const { quality } = this.#query;
    if (this.wantsOverlay) return pictures.overlay();
    if (!wasAnalysed(analysed)) return pictures.undrawn(quality);
    return pictures.annotated(quality, detectionsFor(this.#query, analysed));
  }

  #offer(frame: Frame, jpeg: Uint8Array): void {
    if (frame.number <= this.#lastNumber) return;
    this.#lastNumber = frame.number;
    this.#channel.offer({ frame, jpeg });
  }

  #write({ frame, jpeg }: OutgoingPart): void {
    const response = this.#response;
    if (response.destroyed) return;
    const timestamp = (toEpochMs(frame.timestampMs) / 1000).toFixed(6);
    response.cork();
    response.write(
      `Content-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\nX-Timestamp: ${timestamp}\r\nX-Frame-Number: ${frame.number}\r\n\r\n`,
    );
    response.write(jpeg);
    response.write(`\r\n--${BOUNDARY}\r\n`, () => this.#channel.acknowledge());
    response.uncork();
    this.#camera.stats.count('sent', this.#now());
  }
}
