import type { ServerResponse } from 'node:http';
import { type Frame, toEpochMs } from '@lookout/media';
import type { DetectionsEvent } from '@lookout/protocol';
import type { Camera } from '../../pipeline/cameras/camera.js';
import {
  type AnalysedFrame,
  detectionsFor,
  type GuessesQuery,
  wasAnalysed,
} from '../../pipeline/live/analysed-frame.js';
import type { AnalysisConsumer } from '../../pipeline/live/consumer.js';

const HEARTBEAT_MS = 15_000;
/** A reader that is further behind loses events, so that the server's memory stays bounded. */
const MAX_BUFFERED_BYTES = 256 * 1024;
/** A reader that has not drained for this long is disconnected. */
const STUCK_LIMIT_MS = 30_000;

/** Requests every possible analysis of a camera, and passes detections on without images. */
class DetectionsConsumer implements AnalysisConsumer {
  readonly receivesPictures = false;
  readonly wantsOverlay = false;

  constructor(
    readonly camera: Camera,
    readonly query: GuessesQuery,
    readonly send: (event: DetectionsEvent) => void,
    readonly cameraRemoved: () => void,
  ) {}

  get fps(): number {
    return this.camera.config.detect.fps;
  }

  wants(_frame: Frame, possible: boolean): 'claim' | 'throttled' {
    return possible ? 'claim' : 'throttled';
  }

  deliver(analysed: AnalysedFrame): void {
    if (!wasAnalysed(analysed)) return;
    const { frame, stages } = analysed;
    this.send({
      camera: this.camera.id,
      frameNumber: frame.number,
      timestamp: Math.round(toEpochMs(frame.timestampMs)),
      width: frame.width,
      height: frame.height,
      inference_ms: stages.infer,
      detections: detectionsFor(this.query, analysed),
    });
  }
}

/** Cameras whose detections are streamed. */
export type DetectionSources =
  | { kind: 'one'; camera: Camera }
  /** All current and future cameras. `onOpened` returns an unsubscribe function. */
  | { kind: 'all'; cameras: readonly Camera[]; onOpened(listener: (camera: Camera) => void): () => void };

/** Server-sent events for every analysed frame. Ends with the connection, or with the camera if there is only one. */
export function serveDetections(
  response: ServerResponse,
  sources: DetectionSources,
  query: GuessesQuery,
  now: () => number,
): void {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  // A HEAD request reads no events, so it is no viewer.
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  response.socket?.setNoDelay(true);
  // Comments precede the next event: some readers take a separate block for an event without data.
  response.write(': connected\n');
  let missed = 0;
  let drainedMs = now();
  const send = (event: DetectionsEvent) => {
    if (response.writableEnded) return;
    if (response.writableLength > MAX_BUFFERED_BYTES) {
      missed++;
      return;
    }
    if (response.writableLength === 0) drainedMs = now();
    response.write(`event: detections\ndata: ${JSON.stringify(event)}\n\n`);
    if (missed) {
      response.write(`event: missed\ndata: {"count":${missed}}\n\n`);
      missed = 0;
    }
  };
  const ends = new Set<() => void>();
  const follow = (camera: Camera) => {
    const removed = () => {
      end();
      ends.delete(end);
      // Without a camera the stream ends; the reader reconnects to whatever exists then.
      if (sources.kind === 'one') response.end();
    };
    const end = camera.hub.subscribeAnalysis(new DetectionsConsumer(camera, query, send, removed));
    ends.add(end);
  };
  if (sources.kind === 'one') follow(sources.camera);
  else {
    for (const camera of sources.cameras) follow(camera);
    ends.add(sources.onOpened(follow));
  }
  const heartbeat = setInterval(() => {
    if (response.writableLength > 0 && now() - drainedMs > STUCK_LIMIT_MS) response.destroy();
    else if (!response.writableEnded) response.write(': heartbeat\n');
  }, HEARTBEAT_MS);
  response.once('close', () => {
    clearInterval(heartbeat);
    for (const end of ends) end();
  });
}
