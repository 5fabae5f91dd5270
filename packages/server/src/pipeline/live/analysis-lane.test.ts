import type { Frame, JpegFrame, VideoFrame } from '@lookout/media';
import { type Detection, LookoutError } from '@lookout/protocol';
import { createTracker, type ModelInfo } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import type { AnalysisJob, AnalysisResult, Drawing, KeptPicture } from '../analysis/analysis-job.js';
import { DEFAULT_RULES } from '../analysis/detection-rules.js';
import { packDetections } from '../analysis/packed-detections.js';
import type { AnalysedFrame } from './analysed-frame.js';
import { AnalysisLane, type LaneSettings } from './analysis-lane.js';
import type { AnalysisConsumer } from './consumer.js';
import { PictureSet } from './picture-set.js';

const person: Detection = { bbox: [10, 10, 50, 90], confidence: 0.9, class_id: 0, class_name: 'person' };
const settings: LaneSettings = {
  ...DEFAULT_RULES,
  enabled: true,
  fps: 30,
  idleFps: 0,
  inferenceSize: 416,
  confidence: 0.25,
};

const streetModel: ModelInfo = {
  name: 'test',
  path: '',
  format: 'nanodet',
  classNames: ['person', 'car'],
  input: { kind: 'free', multiple: 32 },
  letterbox: { anchor: 'top-left', fill: 114 },
};

/** A lane with a worker whose jobs the test finishes by hand, and a clock it moves. */
function setUp(given: Partial<LaneSettings> = {}) {
  const clock = { ms: 1000 };
  const current = { model: streetModel };
  const jobs: Array<{ job: AnalysisJob; finish(detections: Detection[]): Promise<void> }> = [];
  /** What became of the pictures that workers keep. */
  const kept: Array<Drawing | 'released'> = [];
  const drawn: { wait: Promise<unknown> } = { wait: Promise.resolve() };
  const drops: string[] = [];
  const analysed: AnalysedFrame[] = [];
  const encodes: string[] = [];
  const pictures = {
    runSoon: () => Promise.reject(new Error('nothing is made on demand here')),
    onEncode: (mode: string, quality: number) => void encodes.push(`${mode} ${quality}`),
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
        onAnalysed: (frame) => void analysed.push(frame),
        onInvalid: () => undefined,
      },
    },
  );
  const run = (job: AnalysisJob): Promise<AnalysisResult> =>
    new Promise((resolve) => {
      jobs.push({
        job,
        finish: async (detections) => {
          let isKept = true;
          const picture: KeptPicture = {
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
          resolve({
            packed: packDetections(detections),
            jpegs: [],
            decodeMs: 1,
            inferMs: 10,
            drawMs: 0,
            encodeMs: 0,
            ...(job.keepPicture && { picture }),
          });
          await settled();
        },
      });
    });
  let number = 0;
  const offer = (timestampMs = clock.ms): Frame => {
    const frame: JpegFrame = {
      kind: 'jpeg',
      number: number++,
      timestampMs,
      receivedMs: timestampMs,
      width: 640,
      height: 480,
      jpeg: new Uint8Array(8),
    };
    lane.offer(new PictureSet(frame, pictures));
    return frame;
  };
  /** A frame of a video camera, and what was asked of its capture worker. */
  const offerVideo = (render: VideoFrame['render']) => {
    const asked: string[] = [];
    const frame: VideoFrame = {
      kind: 'video',
      number: number++,
      timestampMs: clock.ms,
      receivedMs: clock.ms,
      width: 640,
      height: 480,
      render: (request) => {
        asked.push(Object.keys(request).join('+'));
        return render(request);
      },
      retain: () => void asked.push('retain'),
      release: () => void asked.push('release'),
    };
    lane.offer(new PictureSet(frame, pictures));
    return asked;
  };
  const analyse = () => lane.analyse({ model: lane.model, run, infer: notCalled, release: () => undefined });
  return { lane, current, clock, jobs, kept, drawn, drops, analysed, encodes, offer, offerVideo, analyse };
}

const notCalled = () => Promise.reject(new Error('not to be called'));

function consumer(options: Partial<AnalysisConsumer> = {}) {
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

describe('AnalysisLane', () => {
  it('analyses nothing that nobody wants', () => {
    const { offer, lane, drops } = setUp();
    offer();
    expect(lane.waiting).toBe(false);
    expect(drops).toEqual(['skipped']);
  });

  it('keeps only the newest frame waiting and hands its result to those who claimed the replaced one', async () => {
    const { lane, offer, analyse, jobs, drops, clock } = setUp();
    const first = consumer({ wants: (frame) => (frame.number === 0 ? 'claim' : 'skipped') });
    const second = consumer({ wants: (frame) => (frame.number === 1 ? 'claim' : 'skipped') });
    lane.add(first);
    lane.add(second);
    offer();
    clock.ms += 33;
    const newest = offer();
    expect(drops).toEqual(['stale']);
    analyse();
    await jobs[0]?.finish([person]);
    expect(jobs).toHaveLength(1);
    for (const one of [first, second]) expect(one.delivered.map(({ frame }) => frame)).toEqual([newest]);
  });

  it('draws what is told, after tracking: the very list of boxes, each quality once', async () => {
    const { lane, offer, analyse, jobs, kept, encodes } = setUp({ confidence: 0.4 });
    const viewers = [80, 80, 50].map((annotatedQuality) => consumer({ annotatedQuality, wantsOverlay: false }));
    for (const viewer of viewers) lane.add(viewer);
    offer();
    analyse();
    await jobs[0]?.finish([person, { ...person, confidence: 0.2 }, { ...person, bbox: [99, 10, 120, 90] }]);
    const told = viewers[0]?.delivered[0]?.detections ?? [];
    expect(told.map(({ track_id, confidence }) => [track_id, confidence])).toEqual([
      [1, 0.9],
      [2, 0.9],
    ]);
    expect(kept).toEqual([{ detections: told, timestampMs: 1000, qualities: [80, 50] }]);
    expect(encodes).toEqual(['annotated 80', 'annotated 50']);
    expect(lane.latest?.pictures.annotated(50, told)).toEqual(new Uint8Array([50]));
    expect(lane.latest?.stages).toMatchObject({ draw: 2, encode: 3 });
  });

  it('has no picture kept that nobody takes annotated', async () => {
    const { lane, offer, analyse, jobs, kept } = setUp();
    lane.add(consumer());
    offer();
    analyse();
    await jobs[0]?.finish([person]);
    expect(jobs[0]?.job.keepPicture).toBe(false);
    expect(kept).toEqual([]);
  });

  it('lets go of a kept picture whose viewer has left, and of one that a later frame has overtaken', async () => {
    const { lane, offer, analyse, jobs, kept, drops, clock } = setUp();
    const viewer = consumer({ annotatedQuality: 80 });
    lane.add(viewer);
    offer();
    analyse();
    clock.ms += 33;
    offer();
    analyse();
    lane.remove(viewer);
    await jobs[1]?.finish([person]);
    expect(kept).toEqual(['released']);
    await jobs[0]?.finish([person]);
    expect(kept).toEqual(['released', 'released']);
    expect(drops).toEqual(['stale']);
  });

  it('lets go of a kept picture when the camera is gone', async () => {
    const { lane, offer, analyse, jobs, kept } = setUp();
    lane.add(consumer({ annotatedQuality: 80 }));
    offer();
    analyse();
    lane.close();
    await jobs[0]?.finish([person]);
    expect(kept).toEqual(['released']);
  });

  it('keeps the later frame as the latest when an earlier one is drawn after it', async () => {
    const { lane, offer, analyse, jobs, drawn, clock } = setUp();
    const viewer = consumer({ annotatedQuality: 80, wants: ({ number }) => (number === 0 ? 'claim' : 'skipped') });
    lane.add(viewer);
    lane.add(consumer());
    let finishDrawing: (value?: unknown) => void = () => undefined;
    drawn.wait = new Promise((resolve) => {
      finishDrawing = resolve;
    });
    offer();
    analyse();
    clock.ms += 33;
    const later = offer();
    analyse();
    await jobs[0]?.finish([person]);
    await jobs[1]?.finish([person]);
    expect(lane.latest?.frame).toBe(later);
    finishDrawing();
    await settled();
    expect(viewer.delivered).toHaveLength(1);
    expect(lane.latest?.frame).toBe(later);
  });

  it('never shows an older frame after a newer one when two workers finish out of order', async () => {
    const { lane, offer, analyse, jobs, drops, analysed, clock } = setUp();
    lane.add(consumer());
    offer();
    analyse();
    clock.ms += 33;
    const newer = offer();
    analyse();
    await jobs[1]?.finish([person]);
    await jobs[0]?.finish([person]);
    expect(analysed.map(({ frame }) => frame)).toEqual([newer]);
    expect(drops).toEqual(['stale']);
  });

  it('shows nothing of a camera that went away while it was looked at', async () => {
    const { lane, offer, analyse, jobs, analysed, drops, clock } = setUp();
    const shown: AnalysedFrame[] = [];
    lane.add({ ...consumer(), deliver: (one) => void shown.push(one) });
    offer();
    analyse();
    clock.ms += 100;
    offer();
    expect(lane.waiting).toBe(true);
    lane.forget();
    expect(lane.waiting).toBe(false);
    await jobs[0]?.finish([person]);
    expect([lane.latest, analysed, shown]).toEqual([undefined, [], []]);
    expect(drops).toEqual(['stale', 'stale']);
    clock.ms += 100;
    const back = offer();
    analyse();
    await jobs[1]?.finish([person]);
    expect(lane.latest?.frame).toBe(back);
    expect(shown).toHaveLength(1);
  });

  it('goes on at once after the clock was set back', async () => {
    const { lane, offer, analyse, jobs, analysed, clock } = setUp({ fps: 10 });
    lane.add(consumer());
    offer();
    analyse();
    await jobs[0]?.finish([person]);
    clock.ms -= 3_600_000;
    const after = offer();
    expect(lane.waiting).toBe(true);
    analyse();
    await jobs[1]?.finish([person]);
    expect(analysed.map(({ frame }) => frame).at(-1)).toBe(after);
    expect(Math.abs((analysed.at(-1)?.processedMs ?? 0) - after.timestampMs)).toBeLessThan(1000);
  });

  it('holds to the camera’s own limit and says why', () => {
    const { lane, offer, clock, drops } = setUp({ fps: 10 });
    lane.add(consumer());
    for (let i = 0; i < 30; i++) {
      offer();
      clock.ms += 1000 / 30;
    }
    expect(drops.filter((reason) => reason === 'throttled')).toHaveLength(20);
  });

  it('keeps a background rate while nobody watches', () => {
    const { offer, clock, lane, drops } = setUp({ idleFps: 5 });
    for (let i = 0; i < 60; i++) {
      offer();
      clock.ms += 1000 / 30;
    }
    // Nothing takes them here, so each replaces the one before. Due at 0, 200 … 2000 ms: the last frame is early enough.
    expect(drops.filter((reason) => reason === 'stale')).toHaveLength(10);
    expect(lane.wantedFps).toBe(5);
  });

  it('leaves the background rate to those who watch, as long as they do', () => {
    const { offer, clock, lane, drops } = setUp({ idleFps: 5 });
    let wants = true;
    let offered = 0;
    // Every third frame, and never those at which the background rate began.
    lane.add({ ...consumer(), fps: 10, wants: () => (wants && ++offered % 3 === 2 ? 'claim' : 'skipped') });
    const play = (frames: number) => {
      for (let i = 0; i < frames; i++) {
        offer();
        clock.ms += 1000 / 30;
      }
      return drops.splice(0).filter((reason) => reason === 'stale').length;
    };
    play(3);
    expect(play(60)).toBe(20);
    wants = false;
    // Two seconds, less the while that showed that nobody wants any more.
    expect(play(60)).toBe(9);
  });

  it('passes pictures through where detection is switched off', () => {
    const { lane, offer } = setUp({ enabled: false });
    const viewer = consumer();
    lane.add(viewer);
    offer();
    expect(viewer.delivered[0]?.detections).toEqual([]);
    expect(lane.waiting).toBe(false);
  });

  it('shows no boxes that are found after detection was switched off', async () => {
    const { lane, offer, analyse, jobs } = setUp();
    const viewer = consumer();
    lane.add(viewer);
    offer();
    analyse();
    lane.configure({ ...settings, enabled: false });
    const plain = offer();
    await jobs[0]?.finish([person]);
    expect(viewer.delivered.map(({ frame, detections }) => ({ frame, detections }))).toEqual([
      { frame: plain, detections: [] },
    ]);
    expect(lane.latest?.frame).toBe(plain);
  });

  it('judges and shows a tracked object by its smoothed score, and lets the tracker see doubtful detections', async () => {
    const { lane, offer, analyse, jobs, clock } = setUp({ confidence: 0.4 });
    const viewer = consumer();
    lane.add(viewer);
    for (const confidence of [0.9, 0.2, 0.2, 0.2]) {
      offer();
      analyse();
      expect(jobs.at(-1)?.job.detect?.options.confidence).toBe(0.15);
      await jobs.at(-1)?.finish([
        { ...person, confidence },
        { ...person, confidence: 0.3, bbox: [99, 10, 120, 90] },
      ]);
      clock.ms += 1000;
    }
    const shown = viewer.delivered.map(({ detections }) => detections.map((one) => [one.track_id, one.confidence]));
    expect(shown).toEqual([[[1, 0.9]], [[1, 0.458]], [], []]);
  });

  it('keeps a video frame’s pixels while it is analysed, and asks for its JPEG behind the pixels', async () => {
    const { lane, offerVideo, analyse, jobs, analysed } = setUp();
    lane.add(consumer({ wantsOverlay: true }));
    const made = { decodeMs: 1, drawMs: 0, encodeMs: 1 };
    const asked = offerVideo(async ({ rgb }) =>
      rgb ? { ...made, rgb: new Float32Array(rgb.width * rgb.height * 3) } : { ...made, jpeg: new Uint8Array(4) },
    );
    analyse();
    await settled();
    expect(jobs[0]?.job.picture).toMatchObject({ kind: 'rgb', sourceWidth: 640, sourceHeight: 480 });
    await jobs[0]?.finish([person]);
    await settled();
    expect(analysed).toHaveLength(1);
    expect(asked).toEqual(['retain', 'rgb', 'jpegQuality+detections', 'release']);
  });

  it('shows the frame without boxes where the model failed, but not where the picture is bad', async () => {
    const { lane, clock, offer, drops } = setUp();
    const viewer = consumer();
    lane.add(viewer);
    const fail = (code: 'unavailable' | 'inference_failed' | 'frame_invalid') => {
      clock.ms += 100;
      offer();
      const run = () => Promise.reject(new LookoutError(code, 'it is away'));
      lane.analyse({ model: lane.model, run, infer: notCalled, release: () => undefined });
      return settled();
    };
    await fail('unavailable');
    await fail('inference_failed');
    expect(viewer.delivered.map(({ detections, inferenceSize }) => [detections, inferenceSize])).toEqual([
      [[], 0],
      [[], 0],
    ]);
    await fail('frame_invalid');
    expect(viewer.delivered).toHaveLength(2);
    expect(drops).toEqual(['invalid', 'invalid', 'invalid']);
  });

  it('never shows an older frame after a newer one, where the model fails out of order', async () => {
    const { lane, clock, offer, drops } = setUp();
    const viewer = consumer();
    lane.add(viewer);
    const fails = [0, 1].map(() => {
      clock.ms += 100;
      offer();
      let fail: (error: LookoutError) => void = () => undefined;
      const run = () =>
        new Promise<AnalysisResult>((_, reject) => {
          fail = reject;
        });
      lane.analyse({ model: lane.model, run, infer: notCalled, release: () => undefined });
      return () => fail(new LookoutError('inference_failed', 'it is away'));
    });
    for (const fail of fails.reverse()) {
      fail();
      await settled();
    }
    expect(viewer.delivered.map(({ frame }) => frame.number)).toEqual([1]);
    expect(drops).toEqual(['invalid', 'invalid']);
  });

  it('gives the worker back when a video frame is gone before it could be fetched', async () => {
    const { lane, offerVideo, drops } = setUp();
    lane.add(consumer());
    offerVideo(() => Promise.reject(new LookoutError('frame_gone', 'too late')));
    let released = 0;
    lane.analyse({
      model: lane.model,
      run: notCalled,
      infer: notCalled,
      release: () => void released++,
    });
    await settled();
    expect(released).toBe(1);
    expect(drops).toEqual(['stale']);
  });
});

describe('another model', () => {
  const roadModel: ModelInfo = {
    ...streetModel,
    name: 'road',
    classNames: ['crack', 'person'],
    input: { kind: 'fixed', width: 320, height: 320 },
  };

  it('takes over with the next frame; the one in hand is finished by the one before', async () => {
    const { lane, current, jobs, analysed, offer, analyse, clock } = setUp({ classes: ['person'], crossClassIou: 0.9 });
    lane.add(consumer());
    offer();
    analyse();
    current.model = roadModel;
    clock.ms += 100;
    offer();
    analyse();
    await jobs[0]?.finish([person]);
    await jobs[1]?.finish([
      { ...person, class_id: 1 },
      { ...person, class_id: 0, bbox: [200, 10, 240, 90] },
    ]);
    await settled();
    expect(jobs.map(({ job }) => job.detect?.letterbox.width)).toEqual([416, 320]);
    expect(jobs.map(({ job }) => job.detect?.options.crossClassIou)).toEqual([0.9, 0.9]);
    // A class filter goes by names, whatever numbers a model gives them.
    const names = analysed.map(({ withGuesses }) => withGuesses.map(({ class_name }) => class_name));
    expect(names).toEqual([['person'], ['person']]);
  });

  it('keeps tracks where a model has the same classes, and never uses an id again', async () => {
    const { lane, current, jobs, analysed, offer, analyse, clock } = setUp();
    lane.add(consumer());
    const better = { ...streetModel, name: 'better', classNames: ['person', 'car'] };
    for (const model of [streetModel, better, roadModel, streetModel]) {
      current.model = model;
      clock.ms += 100;
      offer();
      analyse();
      await jobs.at(-1)?.finish([{ ...person, bbox: [99, 10, 150, 90] }]);
      await settled();
    }
    expect(analysed.map(({ detections }) => detections[0]?.track_id)).toEqual([1, 1, 2, 3]);
  });
});

/** Promises that are already decided have been followed up. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
