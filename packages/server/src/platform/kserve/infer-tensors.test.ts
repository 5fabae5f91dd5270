import { LookoutError } from '@lookout/protocol/core';
import type { ModelRunner } from '@lookout/vision/detector';
import { describe, expect, it } from 'vitest';
import { inferTensors } from './infer-tensors.js';
import { encodeMessage } from './message.js';

/** Gives back what it gets. */
const echo: ModelRunner = {
  provider: 'test',
  inputs: [
    { name: 'x', type: 'float32', shape: ['n', 2] },
    { name: 'text', type: 'string', shape: ['n'] },
  ],
  outputs: [
    { name: 'x', type: 'float32', shape: ['n', 2] },
    { name: 'text', type: 'string', shape: ['n'] },
  ],
  run: async (inputs) => [...inputs],
  close: async () => undefined,
};
const request = encodeMessage(
  'inputs',
  { id: 'a', outputs: [{ name: 'x', parameters: { binary_data: true } }, { name: 'text' }] },
  [
    { name: 'x', datatype: 'FP32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
    { name: 'text', datatype: 'BYTES', shape: [2], data: [Buffer.from('one'), Buffer.from('two')] },
  ],
  () => true,
);

const infer = (body: Uint8Array, headerLength = request.headerLength, runner = echo) =>
  inferTensors(runner, { body, headerLength, modelName: 'echo', modelVersion: '1' });

/** Park–Miller: the same changes each time. */
function random(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

describe('requests of tensors', () => {
  it('answers, or says what is wrong, whatever was changed in them', async () => {
    const next = random(20_240_607);
    const codes = new Map<string, number>();
    for (let i = 0; i < 3000; i++) {
      let body: Uint8Array = Uint8Array.from(request.body);
      for (let change = next(4); change >= 0; change--) {
        const at = next(body.length);
        const kind = next(4);
        if (kind === 0) body[at] = next(256);
        else if (kind === 1) body = body.slice(0, at + 1);
        else if (kind === 2) body = Uint8Array.of(...body.subarray(0, at), ...body.subarray(next(body.length)));
        // A digit for a digit, which leaves JSON whole and makes numbers lie.
        else
          body.forEach((byte, j) => {
            if (j >= at && byte >= 0x30 && byte <= 0x39) body[j] = 0x30 + next(10);
          });
        if (body.length === 0) body = Uint8Array.of(0x7b);
      }
      const header = next(5) === 0 ? String(next(400)) : request.headerLength;
      const outcome = await infer(body, header).then(
        () => 'answered',
        (error: unknown) => {
          if (error instanceof LookoutError) return error.code;
          throw error;
        },
      );
      codes.set(outcome, (codes.get(outcome) ?? 0) + 1);
    }
    const known = ['answered', 'bad_request', 'validation_failed'];
    expect([...codes.keys()].sort()).toEqual(known);
    for (const code of known) expect(codes.get(code)).toBeGreaterThan(20);
  });

  it('says in the words of ONNX Runtime what a graph can not take, in short', async () => {
    const failing = {
      ...echo,
      run: () => Promise.reject(new LookoutError('inference_failed', `no${'!'.repeat(9999)}`)),
    };
    const error = await infer(request.body, request.headerLength, failing).catch((one: unknown) => one);
    expect(error).toMatchObject({ code: 'bad_request', hint: expect.stringContaining('sizes') });
    expect((error as Error).message.length).toBe(400);
  });

  it('passes on that a server elsewhere is away', async () => {
    const away = { ...echo, run: () => Promise.reject(new LookoutError('unavailable', 'it is away')) };
    await expect(infer(request.body, request.headerLength, away)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
