import type { ServerResponse } from 'node:http';
import type { Frame } from '@lookout/media';
import type { DetectionsEvent } from '@lookout/protocol';
import type { Camera } from '../../pipeline/cameras/camera.js';
import {
  type AnalysedFrame,
  detectionsEvent,
  type GuessesQuery,
  wasAnalysed,
} from '../../pipeline/live/analysed-frame.js';
import type { AnalysisConsumer } from '../../pipeline/live/consumer.js';
import { SseWriter } from '../sse/sse-writer.js';

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
    if (wasAnalysed(analysed)) this.send(detectionsEvent(this.camera.id, this.query, analysed));
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
  const ends = new Set<() => void>();
  const writer = SseWriter.open(response, {
    now,
    preamble: ': connected\n',
    onClose() {
      for (const end of ends) end();
    },
  });
  if (!writer) return;
  // Events that a slow reader misses are counted, and reported with the next one it gets.
  let missed = 0;
  const send = (event: DetectionsEvent) => {
    if (!writer.send({ event: 'detections', data: JSON.stringify(event) })) {
      missed++;
    } else if (missed > 0 && writer.send({ event: 'missed', data: `{"count":${missed}}` })) {
      missed = 0;
    }
  };
  const follow = (camera: Camera) => {
    const removed = () => {
      end();
      ends.delete(end);
      // Without a camera the stream ends; the reader reconnects to whatever exists then.
      if (sources.kind === 'one') writer.end();
    };
    const end = camera.hub.subscribeAnalysis(new DetectionsConsumer(camera, query, send, removed));
    ends.add(end);
  };
  if (sources.kind === 'one') follow(sources.camera);
  else {
    for (const camera of sources.cameras) follow(camera);
    ends.add(sources.onOpened(follow));
  }
}
