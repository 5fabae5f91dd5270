import { LookoutError } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { candidatesFor, chooseDevice, fallBack } from './device-choice.js';
import { inWords } from './device-trial.js';

const missing = new LookoutError('unavailable', 'no graphics driver was found');

/** @param results milliseconds a picture by device; the processor takes 20. */
function trialOf(results: Record<string, number>) {
  const asked: string[] = [];
  const trial = async (device: string) => {
    asked.push(device);
    const providerMs = results[device];
    if (providerMs === undefined) throw missing;
    return { cpuMs: 20, providerMs };
  };
  return { asked, trial };
}

describe('chooseDevice', () => {
  it('tries nothing where the processor is asked for, or there is nothing to try', async () => {
    const { asked, trial } = trialOf({ cuda: 1 });
    const options = { workers: 2, candidates: ['cuda'], trial };
    expect(await chooseDevice({ ...options, asked: 'cpu' })).toMatchObject({ used: 'cpu', tried: [] });
    expect(await chooseDevice({ ...options, asked: 'auto', candidates: [] })).toMatchObject({
      used: 'cpu',
      reason: 'no graphics device was found on this machine',
    });
    expect(asked).toEqual([]);
  });

  it.each([
    // 2 workers of 20 ms each analyse a picture every 10 ms.
    { results: { cuda: 9 }, used: 'cuda', tried: ['cuda'] },
    { results: { cuda: 11, webgpu: 5 }, used: 'webgpu', tried: ['cuda', 'webgpu'] },
    { results: { webgpu: 4 }, used: 'webgpu', tried: ['cuda', 'webgpu'] },
    { results: { cuda: 30, webgpu: 10 }, used: 'cpu', tried: ['cuda', 'webgpu'] },
    { results: {}, used: 'cpu', tried: ['cuda', 'webgpu'] },
  ])('takes of itself what does more than all workers: $results', async ({ results, used, tried }) => {
    const { asked, trial } = trialOf(results as Record<string, number>);
    const report = await chooseDevice({ asked: 'auto', workers: 2, candidates: ['cuda', 'webgpu'], trial });
    expect(report.used).toBe(used);
    expect(asked).toEqual(tried);
    expect(report.tried.map(({ device }) => device)).toEqual(tried);
  });

  it('takes what was asked for though it is slower, and says how fast it is', async () => {
    const { trial } = trialOf({ webgpu: 80 });
    const report = await chooseDevice({ asked: 'webgpu', workers: 2, candidates: ['cuda'], trial });
    expect(report).toMatchObject({ used: 'webgpu', reason: expect.stringContaining('80 ms per image') });
  });

  it('says why what was asked for can’t be had, and uses the processor', async () => {
    const { trial } = trialOf({});
    const report = await chooseDevice({ asked: 'cuda', workers: 2, candidates: [], trial });
    expect(report).toEqual({
      asked: 'cuda',
      used: 'cpu',
      reason: "cuda can't be used, falling back to the processor: no graphics driver was found",
      tried: [{ device: 'cuda', ok: false, detail: 'no graphics driver was found' }],
    });
  });

  it('hides no mistake of its own', async () => {
    const trial = () => Promise.reject(new TypeError('a bug'));
    await expect(chooseDevice({ asked: 'cuda', workers: 1, candidates: [], trial })).rejects.toThrow('a bug');
  });

  it('takes it back where the workers fail after all', async () => {
    const { trial } = trialOf({ webgpu: 1 });
    const report = await chooseDevice({ asked: 'webgpu', workers: 1, candidates: [], trial });
    const after = fallBack(report, new LookoutError('unavailable', 'out of memory'));
    expect(after).toMatchObject({
      used: 'cpu',
      reason: "webgpu can't be used, falling back to the processor: out of memory",
    });
  });
});

it('knows what a machine may have', () => {
  expect(candidatesFor([], 'linux')).toEqual([]);
  expect(candidatesFor(['/dev/dri/renderD128'], 'linux')).toEqual(['webgpu']);
  expect(candidatesFor(['/dev/dri/renderD128', '/dev/nvidia0'], 'linux')).toEqual(['cuda', 'webgpu']);
  expect(candidatesFor(['darwin'], 'darwin')).toEqual(['coreml', 'webgpu']);
  expect(candidatesFor(['win32'], 'win32')).toEqual(['dml', 'webgpu']);
});

it('puts the errors of ONNX Runtime into words', () => {
  expect(inWords('x.cc:136 … was false. Failed to get a WebGPU adapter: No supported adapters')).toBe(
    'no graphics driver was found',
  );
  expect(inWords('OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library')).toBe(
    'its libraries are not installed on this machine',
  );
  expect(inWords('something\n  new')).toBe('something new');
});
