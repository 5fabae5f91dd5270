import { type Detection, LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import { consumer, notCalled, person, settings, settled, setUpLane, streetModel } from '../../testing/analysis-lane.js';
import type { AnalysisResult } from '../analysis/analysis-job.js';
import type { AnalysedFrame } from './analysed-frame.js';

describe('AnalysisLane', () => {
  it('analyses nothing that nobody wants', () => {
    const { offer, lane, drops } = setUpLane();
    offer();
    expect(lane.waiting).toBe(false);
    expect(drops).toEqual(['skipped']);
  });

  it('keeps only the newest frame waiting and hands its result to those who claimed the replaced one', async () => {
    const { lane, offer, analyse, jobs, drops, clock } = setUpLane();
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

  it('never shows an older frame after a newer one when two workers finish out of order', async () => {
    const { lane, offer, analyse, jobs, drops, analysed, clock } = setUpLane();
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
    const { lane, offer, analyse, jobs, analysed, drops, clock } = setUpLane();
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
    const { lane, offer, analyse, jobs, analysed, clock } = setUpLane({ fps: 10 });
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
    const { lane, offer, clock, drops } = setUpLane({ fps: 10 });
    lane.add(consumer());
    for (let i = 0; i < 30; i++) {
      offer();
      clock.ms += 1000 / 30;
    }
    expect(drops.filter((reason) => reason === 'throttled')).toHaveLength(20);
  });

  it('keeps a background rate while nobody watches', () => {
    const { offer, clock, lane, drops } = setUpLane({ idleFps: 5 });
    for (let i = 0; i < 60; i++) {
      offer();
      clock.ms += 1000 / 30;
    }
    // Nothing takes them here, so each replaces the one before. Due at 0, 200 … 2000 ms: the last frame is early enough.
    expect(drops.filter((reason) => reason === 'stale')).toHaveLength(10);
    expect(lane.wantedFps).toBe(5);
  });

  it('leaves the background rate to those who watch, as long as they do', () => {
    const { offer, clock, lane, drops } = setUpLane({ idleFps: 5 });
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
    const { lane, offer } = setUpLane({ enabled: false });
    const viewer = consumer();
    lane.add(viewer);
    offer();
    expect(viewer.delivered[0]?.detections).toEqual([]);
    expect(lane.waiting).toBe(false);
  });

  it('shows no boxes that are found after detection was switched off', async () => {
    const { lane, offer, analyse, jobs } = setUpLane();
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
    const { lane, offer, analyse, jobs, clock } = setUpLane({ confidence: 0.4 });
    const viewer = consumer();
    lane.add(viewer);
    for (const confidence of [0.9, 0.9, 0.9, 0.2, 0.2]) {
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
    expect(shown).toEqual([[], [], [[1, 0.9]], [[1, 0.458]], []]);
  });

  it('keeps a video frame’s pixels while it is analysed, and asks for its JPEG behind the pixels', async () => {
    const { lane, offerVideo, analyse, jobs, analysed } = setUpLane();
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
    expect(asked).toEqual(['retain', 'rgb', 'jpegQuality+detections+alarmed', 'release']);
  });

  it('shows the frame without boxes where the model failed, but not where the picture is bad', async () => {
    const { lane, clock, offer, drops } = setUpLane();
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
    const { lane, clock, offer, drops } = setUpLane();
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
    const { lane, offerVideo, drops } = setUpLane();
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

  it('tells what each frame shows, in order, before it is drawn', async () => {
    const { lane, clock, jobs, drawn, observed, analysed, offer, analyse, confirm } = setUpLane();
    lane.add(consumer({ annotatedQuality: 75 }));
    let isDrawn: () => void = () => undefined;
    drawn.wait = new Promise<void>((resolve) => {
      isDrawn = resolve;
    });
    for (const ms of [1000, 1100]) {
      clock.ms = ms;
      offer();
      analyse();
    }
    for (const job of jobs) await job.finish([person]);
    expect(observed.map(({ frame }) => frame.number)).toEqual([0, 1]);
    expect(analysed).toEqual([]);
    isDrawn();
    await settled();
    expect(analysed).toHaveLength(2);
    await confirm([person]);
    expect(observed.at(-1)?.objects).toMatchObject([{ class_name: 'person' }]);
  });

  it('asks for the looks of watched spots, in pixels of the frame', async () => {
    const { lane, jobs, observed, offer, analyse } = setUpLane({ idleFps: 5 });
    const spots = [{ box: [0.25, 0.5, 0.5, 0.75] as Detection['bbox'] }];
    lane.watchSpots(spots);
    offer();
    analyse();
    expect(jobs[0]?.job.looks).toEqual({ letterbox: jobs[0]?.job.detect?.letterbox, boxes: [[160, 240, 320, 360]] });
    await jobs[0]?.finish([]);
    expect(observed[0]?.spots).toBe(spots);
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
    const { lane, current, jobs, analysed, offer, analyse, clock } = setUpLane({
      classes: ['person'],
      crossClassIou: 0.9,
    });
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
    const { lane, current, jobs, analysed, offer, analyse, clock } = setUpLane();
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
    expect(analysed.map(({ withGuesses }) => withGuesses[0]?.track_id)).toEqual([1, 1, 2, 3]);
  });
});

describe('objects of a camera', () => {
  it('outlast a lost connection, and end where the camera shows something else', async () => {
    const { lane, offer, analyse, jobs, analysed, clock, confirm } = setUpLane();
    await confirm([person]);
    lane.add(consumer());
    const idsNow = async () => {
      offer();
      analyse();
      await jobs.at(-1)?.finish([person]);
      clock.ms += 100;
      return analysed.at(-1)?.objects.map(({ id }) => id);
    };
    lane.forget();
    expect(await idsNow()).toEqual([1]);
    lane.changeScene();
    expect(await idsNow()).toEqual([]);
    expect(analysed.at(-1)?.lives).toMatchObject([
      { kind: 'ended', id: 1 },
      { kind: 'born', id: 2 },
    ]);
  });
});
