import type { JpegFrame } from '@lookout/media';
import type { Detection } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import type { AnalysisJob } from '../analysis/analysis-job.js';
import { PictureSet } from './picture-set.js';

const frame: JpegFrame = {
  kind: 'jpeg',
  number: 7,
  timestampMs: 1000,
  receivedMs: 1000,
  width: 640,
  height: 480,
  jpeg: new Uint8Array([0]),
};
const at = (x: number): Detection => ({
  bbox: [x, 10, x + 40, 90],
  confidence: 0.9,
  class_id: 0,
  class_name: 'person',
});

/** Each picture that is made holds its number. */
function setUp() {
  const jobs: AnalysisJob[] = [];
  const encodes: string[] = [];
  const pictures = new PictureSet(frame, {
    runSoon: async (job) => {
      const made = jobs.push(job);
      const jpegs = (job.encode?.qualities ?? []).map((quality) => ({ quality, jpeg: new Uint8Array([made]) }));
      return { packed: new Float32Array(), jpegs, decodeMs: 0, inferMs: 0, drawMs: 0, encodeMs: 0 };
    },
    onEncode: (mode, quality) => void encodes.push(`${mode} ${quality}`),
    alarmed: () => new Set([7]),
  });
  return { pictures, jobs, encodes };
}

describe('PictureSet', () => {
  it('gives nobody a picture with the boxes of another frame', async () => {
    const { pictures, jobs } = setUp();
    const older = [at(10)];
    const own = [at(14)];
    // A viewer of every frame comes first: the frame is not analysed yet.
    const withOlder = await pictures.annotated(80, older);
    const withOwn = await pictures.annotated(80, own);
    expect(withOwn).not.toBe(withOlder);
    expect(jobs.map(({ encode }) => encode?.detections)).toEqual([older, own]);
    expect(jobs.map(({ encode }) => encode?.alarmed)).toEqual([new Set([7]), new Set([7])]);
    expect(pictures.annotated(80, older)).toBe(withOlder);
    expect(pictures.annotated(80, own)).toBe(withOwn);
  });

  it('does not take a picture that the analysis made for one with other boxes', async () => {
    const { pictures } = setUp();
    const own = [at(14)];
    const made = new Uint8Array([99]);
    pictures.keep(80, own, made);
    expect(pictures.annotated(80, own)).toBe(made);
    expect(await pictures.annotated(80, [at(10)])).toEqual(new Uint8Array([1]));
  });

  it('makes a picture once for all who want the same boxes and quality', async () => {
    const { pictures, jobs, encodes } = setUp();
    const own = [at(14)];
    const [first, second] = await Promise.all([pictures.annotated(80, own), pictures.annotated(80, own)]);
    expect(first).toBe(second);
    await pictures.annotated(50, own);
    expect(jobs).toHaveLength(2);
    expect(encodes).toEqual(['annotated 80', 'annotated 50']);
  });

  it('has one plain picture, whoever found nothing in it', async () => {
    const { pictures, jobs, encodes } = setUp();
    const plain = await pictures.plain(80);
    expect(await pictures.annotated(80, [])).toBe(plain);
    expect(await pictures.annotated(80, [])).toBe(plain);
    expect(jobs).toHaveLength(1);
    expect(encodes).toEqual(['overlay 80']);
  });
});
