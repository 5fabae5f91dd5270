/** Entry point of a capture worker: one thread that reads and decodes one camera and keeps its newest pictures. */
import { parentPort, workerData } from 'node:worker_threads';
import { LookoutError } from '@lookout/protocol';
import { giveMemoryBack } from '../codec/give-memory-back.js';
import type { Frame } from '../codec/native.js';
import { Picture } from '../codec/picture.js';
import { PictureTools } from '../codec/picture-tools.js';
import { nowMs } from '../frame/clock.js';
import type { Rendered, RenderRequest } from '../frame/frame.js';
import { pause } from '../source/pause.js';
import type { StreamInfo } from '../source/source.js';
import { UntrustedCertificateError } from '../source/tls-pin.js';
import type { CaptureSink } from './capture-sink.js';
import { runDemux } from './demux-driver.js';
import { FrameRing } from './frame-ring.js';
import type { CaptureWorkerData, ErrorMessage, FromCaptureWorker, ToCaptureWorker } from './messages.js';
import { runRtsp } from './rtsp-driver.js';

/** How often bytes are reported while no frame comes of them (before the first keyframe). */
const BYTES_INTERVAL_MS = 500;
/** After the last frame of a recording: time for others to request it, and for those that still hold frames. */
const LINGER_MS = 250;
const LINGER_RETAINED_MS = 1000;

if (parentPort === null) throw new Error('The capture worker runs as a worker thread only');
const port = parentPort;
const data = workerData as CaptureWorkerData;

const stop = new AbortController();
const tools = new PictureTools();
const ring = new FrameRing<{ picture: Picture; timestampMs: number }>(({ picture }) => picture.close());
let stream: Omit<StreamInfo, 'width' | 'height'> | undefined;
let info: StreamInfo | undefined;
let unsentBytes = 0;
let bytesSentMs = nowMs();

const sink: CaptureSink = {
  onStream(opened) {
    stream = opened;
    info = undefined;
  },
  onFrame(frame: Frame, timestampMs: number) {
    const picture = new Picture(tools, frame);
    const { width, height } = picture;
    if (stream !== undefined && (info?.width !== width || info.height !== height)) {
      info = { ...stream, width, height };
      post({ type: 'info', info });
    }
    const frameId = ring.add({ picture, timestampMs });
    const bytes = takeBytes();
    post({ type: 'frame', frameId, timestampMs, receivedMs: nowMs(), width, height, bytes });
  },
  onInvalid(reason) {
    post({
      type: 'invalid',
      error: { code: 'frame_invalid', message: `A frame was dropped: ${reason}`, hint: undefined },
    });
  },
  onBytes(count) {
    unsentBytes += count;
    if (nowMs() - bytesSentMs > BYTES_INTERVAL_MS) post({ type: 'bytes', bytes: takeBytes() });
  },
};

port.on('message', (message: ToCaptureWorker) => {
  switch (message.type) {
    case 'render':
      answer(message.requestId, message.frameId, message.request);
      break;
    case 'retain':
      ring.retain(message.frameId);
      break;
    case 'release':
      ring.release(message.frameId);
      break;
    case 'stop':
      stop.abort();
      break;
  }
});

let failure: ErrorMessage | undefined;
try {
  if (data.kind === 'rtsp') await runRtsp(data, tools, sink, stop.signal);
  else await runDemux(data, tools, sink, stop.signal);
  await linger();
} catch (error) {
  failure = toMessage(error);
}
ring.clear();
tools.close();
giveMemoryBack();
post({ type: 'ended', error: failure });
// Nothing native runs any more: with the port closed, the thread ends by itself. Terminating it could crash the process.
port.close();

function answer(requestId: number, frameId: number, request: RenderRequest): void {
  try {
    const rendered = render(frameId, request);
    const transfer = [rendered.rgb?.buffer, rendered.jpeg?.buffer].filter((buffer) => buffer !== undefined);
    port.postMessage({ type: 'rendered', requestId, rendered } satisfies FromCaptureWorker, transfer);
  } catch (error) {
    post({ type: 'not-rendered', requestId, error: toMessage(error) });
  }
}

/** Decoding was done when the frame arrived, so only the conversion to RGB is timed here. */
function render(frameId: number, { rgb: letterbox, jpegQuality, detections, alarmed }: RenderRequest): Rendered {
  const kept = ring.get(frameId);
  if (kept === undefined) {
    throw new LookoutError('frame_gone', 'This frame was discarded to make room for newer ones');
  }
  const { picture, timestampMs } = kept;
  const begunMs = nowMs();
  const rgb = letterbox === undefined ? undefined : picture.toRgb(letterbox);
  const scaledMs = nowMs();
  if (jpegQuality === undefined) return { rgb, decodeMs: scaledMs - begunMs, drawMs: 0, encodeMs: 0 };
  const annotated = detections === undefined || detections.length === 0 ? undefined : picture.clone();
  try {
    annotated?.draw({ detections: detections!, timestampMs, alarmed });
    const drawnMs = nowMs();
    const jpeg = (annotated ?? picture).toJpeg(jpegQuality);
    return { rgb, jpeg, decodeMs: scaledMs - begunMs, drawMs: drawnMs - scaledMs, encodeMs: nowMs() - drawnMs };
  } finally {
    annotated?.close();
  }
}

/** After the end of a recording, its last frames may still be requested. */
async function linger(): Promise<void> {
  const beganMs = nowMs();
  while (!stop.signal.aborted) {
    const elapsedMs = nowMs() - beganMs;
    if (elapsedMs >= (ring.retainedCount > 0 ? LINGER_RETAINED_MS : LINGER_MS)) return;
    await pause(50, stop.signal);
  }
}

function takeBytes(): number {
  const bytes = unsentBytes;
  unsentBytes = 0;
  bytesSentMs = nowMs();
  return bytes;
}

function post(message: FromCaptureWorker): void {
  port.postMessage(message);
}

function toMessage(error: unknown): ErrorMessage {
  if (error instanceof LookoutError) {
    const { code, message, hint } = error;
    return { code, message, hint, ...(error instanceof UntrustedCertificateError && { tlsPin: error.tlsPin }) };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message: `The capture worker failed: ${message}`, hint: undefined };
}
