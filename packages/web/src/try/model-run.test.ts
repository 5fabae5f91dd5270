import type { ImageDetections, ImageSettings } from '@lookout/protocol';
import { describe, expect, it, vi } from 'vitest';
import { type Ask, ModelRun, NOTHING_WANTED } from './model-run.js';
import type { Picture } from './picture-file.js';

const picture = (name: string) => ({ name, blob: new Blob([name]) }) as Picture;
const [a, b, c] = [picture('a'), picture('b'), picture('c')];
const nameOf = (blob: Blob) => [a, b, c].find((each) => each.blob === blob)!.name;

interface OpenCall {
  name: string;
  settings: ImageSettings;
  answer: (width?: number) => Promise<void>;
  fail: () => Promise<void>;
}

const found = (width: number): ImageDetections => ({
  detections: [],
  processing_time_ms: 20,
  inference_ms: 12,
  image_size: [width, 480],
});

/** A server whose calls are answered by hand; a cancelled call fails. */
function start() {
  const calls: OpenCall[] = [];
  let open = 0;
  let most = 0;
  let nowMs = 0;
  const ask: Ask = (blob, settings, signal) =>
    new Promise((resolve, reject) => {
      most = Math.max(most, ++open);
      const settled = async (settle: () => void) => {
        open--;
        nowMs += 50;
        settle();
        // Until whatever follows from it has started.
        await vi.waitFor(() => expect(run.snapshot().asking === undefined || calls.at(-1) !== call).toBe(true));
      };
      const call: OpenCall = {
        name: nameOf(blob),
        settings,
        answer: (width = 640) => settled(() => resolve(found(width))),
        fail: () => settled(() => reject(new Error('No answer'))),
      };
      signal.addEventListener('abort', () => void settled(() => reject(signal.reason)));
      calls.push(call);
    });
  const run = new ModelRun(ask, () => nowMs);
  const outcome = (of: Picture) => run.snapshot().outcomes.get(of);
  return { run, calls, outcome, most: () => most };
}

const want = (settings: ImageSettings = {}, pictures = [a, b, c], chosen = a) => ({ pictures, chosen, settings });
const asked = (calls: readonly OpenCall[]) => calls.map(({ name }) => name);

describe('one model', () => {
  it('is asked about the chosen picture first, then about the others, one at a time', async () => {
    const { run, calls, outcome, most } = start();
    run.want(want({}, [a, b, c], b));
    expect(run.snapshot().asking).toBe(b);
    await calls[0]!.answer(100);
    run.want(want({}, [a, b, c], c));
    await calls[1]!.answer();
    await calls[2]!.answer();
    expect(asked(calls)).toEqual(['b', 'a', 'c']);
    expect(outcome(b)).toMatchObject({ answer: found(100), timing: { totalMs: 50, inferenceMs: 12 } });
    expect(run.snapshot().asking).toBeUndefined();
    expect(most()).toBe(1);
  });

  it('is asked once for the same settings', async () => {
    const { run, calls } = start();
    run.want(want({}, [a]));
    await calls[0]!.answer();
    run.want(want({}, [a]));
    expect(calls).toHaveLength(1);
  });

  it('is asked again under other settings, and keeps its last answer until then', async () => {
    const { run, calls, outcome, most } = start();
    run.want(want({ iou_threshold: 0.5 }, [a]));
    await calls[0]!.answer(100);
    run.want(want({ iou_threshold: 0.6 }, [a]));
    expect(outcome(a)?.answer).toEqual(found(100));
    await calls[1]!.answer(200);
    expect(outcome(a)?.answer).toEqual(found(200));
    expect(most()).toBe(1);
  });

  it('keeps nothing that another model said', async () => {
    const { run, calls, outcome } = start();
    run.want(want({ model: 'one' }, [a]));
    await calls[0]!.answer();
    run.want(want({ model: 'two' }, [a]));
    expect(outcome(a)).toBeUndefined();
  });

  it('cancels a call that is superseded, and discards what it finds', async () => {
    const { run, calls, outcome, most } = start();
    run.want(want({ iou_threshold: 0.5 }, [a]));
    run.want(want({ iou_threshold: 0.6 }, [a]));
    await vi.waitFor(() => expect(calls).toHaveLength(2));
    expect(outcome(a)).toBeUndefined();
    await calls[1]!.answer(200);
    expect(outcome(a)?.answer).toEqual(found(200));
    expect(most()).toBe(1);
  });

  it('forgets pictures that are gone, also one that it is asked about', async () => {
    const { run, calls, outcome } = start();
    run.want(want({}, [a, b]));
    await calls[0]!.answer();
    run.want(want({}, [c], c));
    await vi.waitFor(() => expect(asked(calls)).toEqual(['a', 'b', 'c']));
    expect([outcome(a), outcome(b)]).toEqual([undefined, undefined]);
    run.want(NOTHING_WANTED);
    await vi.waitFor(() => expect(run.snapshot().asking).toBeUndefined());
    expect(run.snapshot().outcomes.size).toBe(0);
  });

  it('says why a call failed, beside the last answer, and asks again when told to', async () => {
    const { run, calls, outcome } = start();
    run.want(want({ iou_threshold: 0.5 }, [a]));
    await calls[0]!.answer(100);
    run.want(want({ iou_threshold: 0.6 }, [a]));
    await calls[1]!.fail();
    expect(outcome(a)).toMatchObject({ answer: found(100), problem: { advice: 'No answer' } });
    run.retry();
    await calls[2]!.answer(200);
    expect(outcome(a)?.answer).toEqual(found(200));
    expect(outcome(a)?.problem).toBeUndefined();
  });
});
