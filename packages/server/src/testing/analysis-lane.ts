/** Helpers for AnalysisLane tests. */
import type { Frame, JpegFrame, VideoFrame } from '@lookout/media';
import type { Detection } from '@lookout/protocol';
import { createTracker, type ModelInfo } from '@lookout/vision';
import type { AnalysisJob, AnalysisResult, Drawing, KeptPicture } from '../pipeline/analysis/analysis-job.js';
import { DEFAULT_RULES } from '../pipeline/analysis/detection-rules.js';
import { packDetections } from '../pipeline/analysis/packed-detections.js';
import type { AnalysedFrame } from '../pipeline/live/analysed-frame.js';
import { AnalysisLane, type LaneSettings } from '../pipeline/live/analysis-lane.js';
import type { AnalysisConsumer } from '../pipeline/live/consumer.js';
import type { ObservedFrame } from '../pipeline/live/observed-frame.js';
import { type PictureMakerOptions, PictureSet } from '../pipeline/live/picture-set.js';

export const person: Detection = { bbox: [10, 10, 50, 90], confidence: 0.9, class_id: 0, class_name: 'person' };
export const settings: LaneSettings = {
  ...DEFAULT_RULES,
  enabled: true,
  fps: 30,
  idleFps: 0,
  inferenceSize: 416,
  confidence: 0.25,
};

export const streetModel: ModelInfo = {
  name: 'test',
  path: '',
  format: 'nanodet',
  classNames: ['person', 'car'],
  input: { kind: 'free', multiple: 32 },
  letterbox: { anchor: 'top-left', fill: 114 },
};

/** A lane with a worker whose jobs the test finishes by hand, and a clock it moves. */
export function setUpLane(given: Partial<LaneSettings> = {}) {
  const clock = { ms: 1000 };
  const current = { model: streetModel };
  const { run, ...worker } = workerByHand();
  const drops: string[] = [];
  const analysed: AnalysedFrame[] = [];
  const observed: ObservedFrame[] = [];
  const encodes: string[] = [];
  const alarmed = new Set<number>();
  const pictures: PictureMakerOptions = {
    runSoon: () => Promise.reject(new Error('nothing is made on demand here')),
    onEncode: (mode, quality) => void encodes.push(`${mode} ${quality}`),
    alarmed: () => alarmed,
  };
  const lane = new AnalysisLane(
    { ...settings, ...given },
    {
      model: () => current.model,
      createTracker: () => createTracker(),
      pictures,
      now: () => clock.ms,
      kick: () => undefined,
      events: {
        onDrop: (reason) => void drops.push(reason),
        onObserved: (frame) => void observed.push(frame),
        onAnalysed: (frame) => void analysed.push(frame),
        onInvalid: () => undefined,
      },
    },
  );
  const camera = cameraByHand(clock, (frame) => lane.offer(new PictureSet(frame, pictures)));
  const analyse = () => lane.analyse({ model: lane.model, run, infer: notCalled, release: () => undefined });
  /** Shows these objects for a second, so that they are confirmed. */
  const confirm = async (detections: Detection[]) => {
    const viewer = consumer();
    lane.add(viewer);
    for (let shown = 0; shown < 5; shown++) {
      camera.offer();
      analyse();
      await worker.jobs.at(-1)?.finish(detections);
      clock.ms += 200;
    }
    lane.remove(viewer);
  };
  return { lane, current, clock, drops, analysed, observed, encodes, alarmed, analyse, confirm, ...worker, ...camera };
}

/** Runs jobs when the test finishes them. */
function workerByHand() {
  const jobs: Array<{ job: AnalysisJob; finish(detections: Detection[]): Promise<void> }> = [];
  /** What became of the pictures that workers keep. */
  const kept: Array<Drawing | 'released'> = [];
  const drawn: { wait: Promise<unknown> } = { wait: Promise.resolve() };
  const keepPicture = (): KeptPicture => {
    let isKept = true;
    return {
      draw: async (drawing) => {
        isKept = false;
        kept.push(drawing);
        await drawn.wait;
        const jpegs = drawing.qualities.map((quality) => ({ quality, jpeg: new Uint8Array([quality]) }));
        return { jpegs, drawMs: 2, encodeMs: 3 };
      },
      release: () => {
        if (isKept) kept.push('released');
        isKept = false;
      },
    };
  };
  const run = (job: AnalysisJob): Promise<AnalysisResult> =>
    new Promise((resolve) => {
      const finish = async (detections: Detection[]) => {
        resolve({
          packed: packDetections(detections),
          jpegs: [],
          decodeMs: 1,
          inferMs: 10,
          drawMs: 0,
          encodeMs: 0,
          ...(job.keepPicture && { picture: keepPicture() }),
        });
        await settled();
      };
      jobs.push({ job, finish });
    });
  return { jobs, kept, drawn, run };
}

/** Makes frames when the test offers them. */
function cameraByHand(clock: { ms: number }, put: (frame: Frame) => void) {
  const size = { width: 640, height: 480 };
  let number = 0;
  const offer = (timestampMs = clock.ms): Frame => {
    const times = { timestampMs, receivedMs: timestampMs };
    const frame: JpegFrame = { kind: 'jpeg', number: number++, ...times, ...size, jpeg: new Uint8Array(8) };
    put(frame);
    return frame;
  };
  /** A frame of a video camera, and what was asked of its capture worker. */
  const offerVideo = (render: VideoFrame['render']) => {
    const asked: string[] = [];
    put({
      kind: 'video',
      mediaMs: 0,
      number: number++,
      timestampMs: clock.ms,
      receivedMs: clock.ms,
      ...size,
      render: (request) => {
        asked.push(Object.keys(request).join('+'));
        return render(request);
      },
      retain: () => void asked.push('retain'),
      release: () => void asked.push('release'),
    });
    return asked;
  };
  return { offer, offerVideo };
}

export const notCalled = () => Promise.reject(new Error('not to be called'));

export function consumer(options: Partial<AnalysisConsumer> = {}) {
  const delivered: AnalysedFrame[] = [];
  const self: AnalysisConsumer & { delivered: AnalysedFrame[] } = {
    receivesPictures: true,
    fps: 30,
    wantsOverlay: true,
    wants: () => 'claim',
    deliver: (frame) => void delivered.push(frame),
    cameraRemoved: () => undefined,
    delivered,
    ...options,
  };
  return self;
}

/** Promises that are already decided have been followed up. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));
