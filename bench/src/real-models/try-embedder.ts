import { dot, type Embedder, type TaskModelInfo } from '@lookout/vision';
import { COCO_NAMES } from '@lookout/vision/models';
import { cropImage, openEmbedder } from '@lookout/vision/tasks';
import { median } from '../lib/figures.js';
import type { Figure, LabelledImages } from './figure.js';
import { type LabelledImage, labelledImages, mean, photos, timed } from './photos.js';

/** Top-1 and top-5 accuracy of COCO's 80 names on cropped objects. */
export async function tryEmbedder(model: TaskModelInfo, images: LabelledImages | undefined): Promise<Figure[]> {
  const embedder = await openEmbedder(model, {});
  try {
    const textMs: number[] = [];
    const names: Float32Array[] = [];
    for (const name of COCO_NAMES) {
      const [[vector], ms] = await timed(() => embedder.embedTexts([`a photo of a ${name}`]));
      names.push(vector!);
      textMs.push(ms);
    }
    await embedder.closeText();
    const shipped = await ranks(embedder, names, photos());
    const labelled = images && (await ranks(embedder, names, labelledImages(images)));
    return [
      { name: 'time per text, median', value: median(textMs), unit: 'ms' },
      { name: 'time per image, median', value: median([...shipped.ms, ...(labelled?.ms ?? [])]), unit: 'ms' },
      ...shares('objects of images that ship with Lookout', shipped.ranks),
      ...(labelled ? shares('labelled objects', labelled.ranks) : []),
    ];
  } finally {
    await embedder.close();
  }
}

/** For each object, the number of names that score higher than its own. */
async function ranks(embedder: Embedder, names: readonly Float32Array[], images: Iterable<LabelledImage>) {
  const all: number[] = [];
  const times: number[] = [];
  for (const { image, objects } of images) {
    for (const { className, box } of objects) {
      const right = names[COCO_NAMES.indexOf(className)];
      if (!right) continue;
      const [x, y, farX, farY] = box.map(Math.round) as [number, number, number, number];
      const crop = cropImage(image, { x, y, width: Math.max(1, farX - x), height: Math.max(1, farY - y) });
      const [[vector], ms] = await timed(() => embedder.embedImages([crop]));
      times.push(ms);
      all.push(names.filter((name) => dot(vector!, name) > dot(vector!, right)).length);
    }
  }
  return { ranks: all, ms: times };
}

function shares(of: string, all: readonly number[]): Figure[] {
  const within = (count: number) => mean(all.map((rank) => (rank < count ? 1 : 0)));
  return [
    { name: `top-1 of 80 names, ${all.length} ${of}`, value: within(1) },
    { name: `top-5 of 80 names, ${all.length} ${of}`, value: within(5) },
  ];
}
