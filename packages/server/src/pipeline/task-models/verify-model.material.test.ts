import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeConseModel } from '@lookout/vision/testing/conse-model';
import { expect, it } from 'vitest';
import { EMBED_MODELS } from '../../testing/coco-crops.js';
import { verifyModel } from './verify-model.js';

it('passes real models', async () => {
  const models = mkdtempSync(join(tmpdir(), 'lookout-verify-'));
  try {
    await writeConseModel(join(models, 'words'), EMBED_MODELS);
    const words = await verifyModel('words', models);
    expect(words).toMatchObject({ task: 'embed', isGood: true });
    expect(words.findings).toContainEqual(
      expect.stringMatching(/^Right: Of 6 captions, “a photo of a cat” fits the photo of a cat best/),
    );
    expect(await verifyModel(join(EMBED_MODELS, 'tinyseg.onnx'), models)).toMatchObject({
      task: 'segment',
      isGood: true,
    });
  } finally {
    rmSync(models, { recursive: true });
  }
});
