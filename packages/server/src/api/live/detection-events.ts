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
/** A reader that is further behind than this loses events rather than the server its memory. */
const MAX_BUFFERED_BYTES = 256 * 1024;
/** A reader this long without draining is let go. */
const STUCK_LIMIT_MS = 30_000;

/** Wants every analysis a camera can have; hands on what was found, without pictures. */
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

/** Whose detections are told. */
export type DetectionSources =
  | { kind: 'one'; camera: Camera }
  /** Those there are and those that come. `onOpened` returns what ends it. */
  | { kind: 'all'; cameras: readonly Camera[]; onOpened(listener: (camera: Camera) => void): () => void };

/** Server-sent events of every analysed frame. Ends with the connection, or with the one camera it is of. */
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
  // Nobody reads on: it is no viewer.
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  response.socket?.setNoDelay(true);
  // Comments stand at the head of the next event: to some readers a block of their own is an event without data.
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
      // With nothing left to tell of, the stream ends; the reader comes back to what there is then.
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
