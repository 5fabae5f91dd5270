import { byBox, byClick, segmentQuality } from '@lookout/server/segment-testing';
import type { EncodedImage, MaskPrompt, Segmenter, TaskModelInfo } from '@lookout/vision';
import { openSegmenter } from '@lookout/vision/tasks';
import { median } from '../lib/figures.js';
import type { Figure, LabelledImages } from './figure.js';
import { type LabelledImage, mean, photos, timed } from './photos.js';

/** Mask quality against hand-drawn outlines, if there are labelled images, and speed. */
export async function trySegmenter(model: TaskModelInfo, images: LabelledImages | undefined): Promise<Figure[]> {
  const segmenter = await openSegmenter(model, {});
  try {
    const figures = await speed(segmenter);
    if (!images) return figures;
    const prompts = [
      ...(segmenter.takes.box ? [{ kind: 'boxes', prompt: byBox }] : []),
      ...(segmenter.takes.points ? [{ kind: 'clicks', prompt: byClick }] : []),
    ];
    for (const { kind, prompt } of prompts) {
      const quality = await segmentQuality(segmenter, prompt, images.every, images.folder);
      figures.push(
        { name: `mean IoU of ${quality.objects} labelled objects from ${kind}`, value: quality.meanIou },
        { name: `mean IoU of ${quality.atBorder} of them at the border`, value: quality.meanIouAtBorder },
        { name: `without a mask from ${kind}`, value: quality.missed },
      );
    }
    return figures;
  } finally {
    await segmenter.close();
  }
}

/** Measured on the images that ship with Lookout, which have boxes but no outlines. */
async function speed(segmenter: Segmenter): Promise<Figure[]> {
  const encodeMs: number[] = [];
  const maskMs: number[] = [];
  const filled: number[] = [];
  const all = photos();
  for (const photo of all) {
    const [encoded, ms] = await timed(() => segmenter.encode(photo.image));
    encodeMs.push(ms);
    for (const prompt of promptsFor(photo, segmenter)) {
      const [share, ms] = await timed(() => shareOfBox(segmenter, encoded, prompt, photo));
      maskMs.push(ms);
      filled.push(share);
    }
  }
  return [
    { name: 'time per image, median', value: median(encodeMs), unit: 'ms' },
    { name: 'time per mask, median', value: median(maskMs), unit: 'ms' },
    { name: `fraction of its box filled by a mask, ${all.length} images that ship with Lookout`, value: mean(filled) },
  ];
}

/** The box and a click on its centre, as far as the model takes them. */
function promptsFor({ objects }: LabelledImage, { takes }: Segmenter): MaskPrompt[] {
  return objects.flatMap(({ box }) => [
    ...(takes.box ? [{ points: [], box }] : []),
    ...(takes.points ? [{ points: [[(box[0] + box[2]) / 2, (box[1] + box[3]) / 2, 1] as const] }] : []),
  ]);
}

async function shareOfBox(segmenter: Segmenter, encoded: EncodedImage, prompt: MaskPrompt, photo: LabelledImage) {
  const [best] = await segmenter.masks(encoded, prompt);
  const [{ box }] = photo.objects as [LabelledImage['objects'][number]];
  if (!best) return 0;
  const inside = best.mask.reduce((sum, pixel) => sum + pixel, 0);
  return inside / Math.max(1, (box[2] - box[0]) * (box[3] - box[1]));
}
