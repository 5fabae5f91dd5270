import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COCO_NAMES } from '@lookout/vision/models';
import { openEmbedder } from '@lookout/vision/tasks';
import { writeConseModel } from '@lookout/vision/testing/conse-model';
import { expect, it } from 'vitest';
import { cocoCrops, EMBED_MODELS } from '../../testing/coco-crops.js';

it('finds the right one of 80 names for real crops more often than chance by far', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'lookout-conse-'));
  const embedder = await openEmbedder(await writeConseModel(directory, EMBED_MODELS), {});
  try {
    const names = await embedder.embedTexts(COCO_NAMES.map((name) => `a photo of a ${name}`));
    await embedder.closeText();
    const crops = cocoCrops();
    expect(crops).toHaveLength(413);
    const images = await embedder.embedImages(crops.map(({ image }) => image));
    const ranks = images.map((image, i) => {
      const right = dot(image, names[crops[i]!.label]!);
      return names.filter((name) => dot(image, name) > right).length;
    });
    const share = (within: number) => ranks.filter((rank) => rank < within).length / ranks.length;
    expect(share(1)).toBeGreaterThan(0.33);
    expect(share(5)).toBeGreaterThan(0.6);
  } finally {
    await embedder.close();
    rmSync(directory, { recursive: true });
  }
});

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
