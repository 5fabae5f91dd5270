import { dot, type Embedder, type TaskModelInfo } from '@lookout/vision';
import { COCO_NAMES } from '@lookout/vision/models';
import { cropImage, openEmbedder } from '@lookout/vision/tasks';
import { median } from '../lib/figures.js';
import type { Figure, LabelledImages } from './figure.js';
import { type LabelledImage, labelledImages, mean, photos, timed } from './photos.js';

/** How often the right one of COCO's 80 names is the best, or among the best five, for an object that is cut out. */
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
      { name: 'a text, median', value: median(textMs), unit: 'ms' },
      { name: 'an image, median', value: median([...shipped.ms, ...(labelled?.ms ?? [])]), unit: 'ms' },
      ...shares('pictures that ship with Lookout', shipped.ranks),
      ...(labelled ? shares('labelled objects', labelled.ranks) : []),
    ];
  } finally {
    await embedder.close();
  }
}

/** Number of names that are more like each object than its own. */
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
    { name: `right name of 80, ${all.length} ${of}`, value: within(1) },
    { name: `right name among five, ${all.length} ${of}`, value: within(5) },
  ];
}
