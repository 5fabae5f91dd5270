import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedModel } from '../models/embedded.js';
import { echoModel, tinyModel } from '../testing/tiny-model.js';
import { decodeModel, encodeModel, modelInputs, modelMetadata, modelOutputs } from './model-file.js';
import { skimModel } from './skim-model.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-skim-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function write(name: string, bytes: Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

const TINY = encodeModel(
  tinyModel({ outputs: { output0: { shape: [1, 2], values: Float32Array.of(1, 2) } }, metadata: { task: 'detect' } }),
);

describe('skimModel', () => {
  it('reads the same as decoding the whole file', () => {
    for (const path of [embeddedModel().path, write('tiny', TINY), write('echo', echoModel('uint8', ['n', 3, 8, 8]))]) {
      const whole = decodeModel(readFileSync(path));
      expect(skimModel(path)).toEqual({
        inputs: modelInputs(whole),
        outputs: modelOutputs(whole),
        metadata: modelMetadata(whole),
      });
    }
  });

  it('refuses files that are missing, cut short or of another format', () => {
    expect(() => skimModel(join(directory, 'none'))).toThrow('There is no model file');
    for (let length = 0; length < TINY.length; length += 7) {
      const cut = write('cut', TINY.subarray(0, length));
      expect(() => skimModel(cut), `${length} bytes`).toThrow(expect.objectContaining({ code: 'model_invalid' }));
    }
    const text = write('text', Buffer.from('{"version": 1}\n'.repeat(100)));
    expect(() => skimModel(text)).toThrow(expect.objectContaining({ code: 'model_invalid' }));
  });
});
