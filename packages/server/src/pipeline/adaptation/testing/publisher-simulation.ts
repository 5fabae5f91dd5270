import { seededRandom } from '@lookout/vision/testing';
import { BEST_QUALITY, planBytes } from '../picture-plan.js';
import { PublisherAdapter } from '../publisher-adapter.js';
import { PUBLISHER_START, type PublisherControl } from '../publisher-controller.js';
import { SimulatedUplink, type UplinkWeather } from './simulated-uplink.js';

export interface PublisherWorld {
  seconds: number;
  seed: number;
  weather(nowMs: number): UplinkWeather;
  /** What the sender's kernel buffers before `bufferedAmount` grows. Default: a browser's on a phone. */
  sendBufferBytes?: number;
  /** Analyses per second the workers have time for. */
  capacityFps(nowMs: number): number;
  analysesFps(nowMs: number): number;
}

/** One simulated second. */
export interface PublisherSecond {
  control: PublisherControl;
  /** Bytes per second that `control` requests. */
  askedBytesPerS: number;
  receivedFps: number;
  receivedBytesPerS: number;
  /** Capacity of the link. */
  linkBytesPerS: number;
  analysed: number;
  capacityFps: number;
  /** 95th percentile of the age at arrival, ms; 0 when nothing arrived. */
  ageP95Ms: number;
}

export interface PublisherRun {
  seconds: PublisherSecond[];
  /** Each control sent, with its time. */
  told: Array<{ atMs: number; control: PublisherControl }>;
}

const defaultSendBufferBytes = 96_000;
const stepMs = 250;
const cameraFps = 30;
const cameraWidth = 640;
/** A street scene at 640×480 and the best quality. */
const fullBytes = 40_000;

/** Bytes per second sent without any limit. */
export const wantedBytesPerS = fullBytes * cameraFps;

/**
 * A browser that publishes: it sends a frame every 1/30 s if the requested rate has one due and the socket is empty, made to the
 * last control that arrived; and a server that measures and steps the controller. Deterministic.
 */
export function simulatePublisher(world: PublisherWorld): PublisherRun {
  const random = seededRandom(world.seed);
  const uplink = new SimulatedUplink(world.weather, world.sendBufferBytes ?? defaultSendBufferBytes, random);
  const adapter = new PublisherAdapter();
  const arriving: Array<{ timestampMs: number; receivedMs: number; bytes: number; width: number }> = [];
  const obeying: Array<{ atMs: number; control: PublisherControl }> = [];
  const run: PublisherRun = { seconds: [], told: [] };
  let control = PUBLISHER_START.control;
  let made = control;
  let nextCaptureMs = 0;
  let dueMs = 0;
  let arrived: typeof arriving = [];
  let analysedCredit = 0;
  let waiting = false;
  let analysed = 0;
  for (let nowMs = 0; nowMs < world.seconds * 1000; nowMs++) {
    while (obeying[0] && obeying[0].atMs <= nowMs) made = obeying.shift()?.control ?? made;
    if (nowMs >= nextCaptureMs) {
      nextCaptureMs += 1000 / cameraFps;
      const periodMs = 1000 / made.fps;
      if (nowMs >= dueMs - periodMs / 4 && uplink.takes(nowMs)) {
        dueMs = nowMs - dueMs < periodMs ? dueMs + periodMs : nowMs + periodMs;
        // Image content changes a frame's size: slowly, and a little with each frame.
        const content = 1 + 0.03 * Math.sin(nowMs / 7000) + 0.1 * (random() - 0.5);
        const bytes = fullBytes * content * planBytes(made.quality, made.width, cameraWidth);
        const receivedMs = uplink.send(nowMs, bytes);
        arriving.push({ timestampMs: nowMs, receivedMs, bytes, width: made.width ?? cameraWidth });
      }
    }
    analysedCredit = Math.min(1, analysedCredit + Math.min(world.capacityFps(nowMs), world.analysesFps(nowMs)) / 1000);
    while (arriving[0] && arriving[0].receivedMs <= nowMs) {
      const frame = arriving.shift();
      if (!frame) break;
      adapter.frame(frame);
      arrived.push(frame);
      // One slot: the newest frame waits for the workers and replaces an older one.
      waiting = true;
    }
    if (waiting && analysedCredit >= 1) {
      analysedCredit -= 1;
      waiting = false;
      analysed++;
    }
    if (nowMs % stepMs === 0) {
      const told = adapter.step({
        nowMs,
        picturesFps: 0,
        analysesFps: world.analysesFps(nowMs),
        // Derived from the last inference times, so never exact.
        capacityFps: world.capacityFps(nowMs) * (0.93 + 0.14 * random()),
      });
      if (told) {
        control = told;
        const { delayMs, jitterMs } = world.weather(nowMs);
        obeying.push({ atMs: nowMs + delayMs + random() * jitterMs, control });
        run.told.push({ atMs: nowMs, control });
      }
    }
    if (nowMs % 1000 === 999) {
      const ages = arrived.map(({ timestampMs, receivedMs }) => receivedMs - timestampMs).sort((a, b) => a - b);
      run.seconds.push({
        control,
        askedBytesPerS: control.fps * fullBytes * planBytes(control.quality, control.width, cameraWidth),
        receivedFps: arrived.length,
        receivedBytesPerS: arrived.reduce((sum, { bytes }) => sum + bytes, 0),
        linkBytesPerS: world.weather(nowMs).bytesPerS,
        analysed,
        capacityFps: world.capacityFps(nowMs),
        ageP95Ms: ages[Math.floor(0.95 * ages.length)] ?? 0,
      });
      arrived = [];
      analysed = 0;
    }
  }
  return run;
}

export const isFull = ({ fps, quality, width }: PublisherControl): boolean =>
  fps === cameraFps && quality === BEST_QUALITY && width === undefined;
