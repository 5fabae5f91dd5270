import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Truth } from './average-precision.js';

export interface LabelledImage {
  path: string;
  /** In pixels of an image of `width`×`height`, which is known only after decoding: YOLO labels are relative. */
  truths: (width: number, height: number) => Truth[];
}

interface CocoInstances {
  images: { id: number; file_name: string }[];
  annotations: { image_id: number; category_id: number; bbox: [number, number, number, number]; iscrowd?: number }[];
  categories: { id: number; name: string }[];
}

/**
 * Reads a folder with `images/` and either `instances.json` (COCO, with crowds) or `labels/*.txt` (YOLO).
 * Class ids are positions in the list of categories by rising id, or YOLO's own.
 */
export async function readDataset(directory: string): Promise<LabelledImage[]> {
  const files = await jpegNames(join(directory, 'images'));
  const coco = await readFile(join(directory, 'instances.json'), 'utf8').catch(() => undefined);
  if (coco) return cocoImages(directory, files, JSON.parse(coco) as CocoInstances);
  return Promise.all(
    files.map(async (file) => {
      const label = join(directory, 'labels', `${basename(file, extname(file))}.txt`);
      const text = await readFile(label, 'utf8');
      return { path: join(directory, 'images', file), truths: (width, height) => yoloTruths(text, width, height) };
    }),
  );
}

/** Paths of the JPEGs of a data set, or of any other folder, labelled or not. */
export async function readImages(directory: string): Promise<string[]> {
  const images = join(directory, 'images');
  const folder = existsSync(images) ? images : directory;
  return (await jpegNames(folder)).map((name) => join(folder, name));
}

async function jpegNames(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((file) => /\.jpe?g$/i.test(file)).sort();
}

function cocoImages(directory: string, files: readonly string[], coco: CocoInstances): LabelledImage[] {
  const classOf = new Map(coco.categories.toSorted((a, b) => a.id - b.id).map(({ id }, i) => [id, i]));
  const imageOf = new Map(coco.images.map(({ id, file_name }) => [file_name, id]));
  const byImage = new Map<number, CocoInstances['annotations']>(coco.images.map(({ id }) => [id, []]));
  for (const annotation of coco.annotations) byImage.get(annotation.image_id)?.push(annotation);
  return files.map((file) => {
    const annotations = byImage.get(imageOf.get(file) ?? -1) ?? [];
    const truths = annotations.map(({ category_id, bbox: [x, y, width, height], iscrowd }) => ({
      classId: classOf.get(category_id)!,
      box: [x, y, x + width, y + height] as const,
      crowd: iscrowd === 1,
    }));
    return { path: join(directory, 'images', file), truths: () => truths };
  });
}

/** Lines `class centerX centerY width height`, 0..1. */
export function yoloTruths(text: string, imageWidth: number, imageHeight: number): Truth[] {
  return text
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => {
      const [classId, x, y, width, height] = line.trim().split(/\s+/).map(Number) as [
        number,
        number,
        number,
        number,
        number,
      ];
      const left = (x - width / 2) * imageWidth;
      const top = (y - height / 2) * imageHeight;
      return { classId, box: [left, top, left + width * imageWidth, top + height * imageHeight], crowd: false };
    });
}
