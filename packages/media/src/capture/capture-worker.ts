import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { LookoutError } from '@lookout/protocol/core';
import { giveMemoryBack } from '../codec/give-memory-back.js';
import type { Frame } from '../codec/native.js';
import { Picture } from '../codec/picture.js';
import { PictureTools } from '../codec/picture-tools.js';
import { DecodePolicy } from '../encoded/decode-policy.js';
import type { EncodedFormat, EncodedPacket } from '../encoded/encoded-packet.js';
import { EncodedStream } from '../encoded/encoded-stream.js';
import { PacketReceipts, PacketSender } from '../encoded/packet-sender.js';
import { nowMs } from '../frame/clock.js';
import type { RenderRequest } from '../frame/frame.js';
import { pause } from '../source/pause.js';
import type { SourceDemand, StreamInfo } from '../source/source.js';
import { UntrustedCertificateError } from '../source/tls-pin.js';
import type { CaptureSink } from './capture-sink.js';
import { runDemux } from './demux-driver.js';
import { KeptFrames } from './kept-frames.js';
import type { CaptureWorkerData, ErrorMessage, FromCaptureWorker, PacketMessage, ToCaptureWorker } from './messages.js';
import { packetMessage } from './packet-message.js';
import { PacketsDriver } from './packets-driver.js';
import { runRtsp } from './rtsp-driver.js';

/** How often bytes are reported while no frame comes of them (before the first keyframe). */
const BYTES_INTERVAL_MS = 500;
/** How often figures of the stream are reported, and the load is judged: once a second, see `DecodePolicy`. */
const REPORT_INTERVAL_MS = 1000;
/** After the last frame of a recording: time for others to request it, and for those that still hold frames. */
const LINGER_MS = 250;
const LINGER_RETAINED_MS = 1000;

if (parentPort === null) throw new Error('The capture worker runs as a worker thread only');
const port = parentPort;
const data = workerData as CaptureWorkerData;

const stop = new AbortController();
const tools = new PictureTools();
const encoded = new EncodedStream();
const policy = new DecodePolicy();
const kept = new KeptFrames();
let stream: Omit<StreamInfo, 'width' | 'height'> | undefined;
let info: StreamInfo | undefined;
let undecoded = 0;
let decoder = 'software';
let unsentBytes = 0;
let bytesSentMs = nowMs();

const sink: CaptureSink = {
  tools,
  encoded,
  policy,
  decode: data.decode,
  onStream(opened) {
    stream = opened;
    info = undefined;
  },
  onFrame(frame: Frame, mediaMs: number, timestampMs: number) {
    const picture = new Picture(tools, frame);
    const { width, height } = picture;
    if (stream !== undefined && (info?.width !== width || info.height !== height)) {
      info = { ...stream, width, height };
      // First, so that whoever learns of the stream knows that it is video.
      report();
      post({ type: 'info', info });
    }
    const frameId = kept.ring.add({ picture, timestampMs });
    const bytes = takeBytes();
    post({ type: 'frame', frameId, mediaMs, timestampMs, receivedMs: nowMs(), width, height, bytes });
  },
  onInvalid(reason) {
    post({
      type: 'invalid',
      error: { code: 'frame_invalid', message: `A frame was dropped: ${reason}`, hint: undefined },
    });
  },
  onDecoder(name) {
    decoder = name;
  },
  onUndecoded() {
    undecoded++;
  },
  onBytes(count) {
    unsentBytes += count;
    if (nowMs() - bytesSentMs > BYTES_INTERVAL_MS) post({ type: 'bytes', bytes: takeBytes() });
  },
};

const driver = data.kind === 'packets' ? new PacketsDriver(sink) : undefined;
const receipts = new PacketReceipts((packets) => post({ type: 'confirmed', packets }));
let givenFormat: EncodedFormat | undefined;
let sender: PacketSender | undefined;
let sentFormat: EncodedFormat | undefined;

port.on('message', (message: ToCaptureWorker) => {
  switch (message.type) {
    case 'packet':
      takePacket(message);
      break;
    case 'confirmed':
      sender?.confirmed(message.packets);
      break;
    case 'demand':
      obey(message.demand);
      break;
    case 'render':
      answer(message.requestId, message.frameId, message.request);
      break;
    case 'retain':
      kept.ring.retain(message.frameId);
      break;
    case 'release':
      kept.ring.release(message.frameId);
      break;
    case 'stop':
      stop.abort();
      break;
  }
});

obey(data.demand);
let lastUtilization = performance.eventLoopUtilization();
const reporting = setInterval(() => {
  judgeLoad();
  report();
}, REPORT_INTERVAL_MS);
let failure: ErrorMessage | undefined;
try {
  if (data.kind === 'rtsp') await runRtsp(data, sink, stop.signal);
  else if (data.kind === 'demux') await runDemux(data, sink, stop.signal);
  else await driver?.run(stop.signal);
  await linger();
} catch (error) {
  failure = toMessage(error);
}
clearInterval(reporting);
report();
encoded.close();
kept.ring.clear();
tools.close();
giveMemoryBack();
post({ type: 'ended', error: failure });
// Nothing native runs any more: with the port closed, the thread ends by itself. Terminating it could crash the process.
port.close();

function obey({ framesFps, packets }: SourceDemand): void {
  policy.need(framesFps);
  if (packets) sender ??= new PacketSender(encoded, send);
  else {
    sender?.close();
    sender = undefined;
  }
}

function send(packet: EncodedPacket): void {
  const message = packetMessage(packet, sentFormat);
  sentFormat = packet.format;
  port.postMessage(message satisfies FromCaptureWorker, [message.packet.data.buffer]);
}

function takePacket({ packet, format }: PacketMessage): void {
  receipts.read();
  givenFormat = format ?? givenFormat;
  if (driver === undefined || givenFormat === undefined || stop.signal.aborted) return;
  try {
    driver.take({ ...packet, format: givenFormat });
  } catch (error) {
    failure = toMessage(error);
    stop.abort();
  }
}

function judgeLoad(): void {
  const utilization = performance.eventLoopUtilization();
  const { active, idle } = performance.eventLoopUtilization(utilization, lastUtilization);
  lastUtilization = utilization;
  policy.load(active / (active + idle));
}

function report(): void {
  if (encoded.counts.packets === 0) return;
  const { mode: decoding, overloaded } = policy;
  post({ type: 'encoded', report: { ...encoded.counts, undecoded, decoding, decoder, overloaded } });
}

function answer(requestId: number, frameId: number, request: RenderRequest): void {
  try {
    const rendered = kept.render(frameId, request);
    const transfer = [rendered.rgb?.buffer, rendered.jpeg?.buffer].filter((buffer) => buffer !== undefined);
    port.postMessage({ type: 'rendered', requestId, rendered } satisfies FromCaptureWorker, transfer);
  } catch (error) {
    post({ type: 'not-rendered', requestId, error: toMessage(error) });
  }
}

/** After the end of a recording, its last frames may still be requested. */
async function linger(): Promise<void> {
  const beganMs = nowMs();
  while (!stop.signal.aborted) {
    const elapsedMs = nowMs() - beganMs;
    if (elapsedMs >= (kept.ring.retainedCount > 0 ? LINGER_RETAINED_MS : LINGER_MS)) return;
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
