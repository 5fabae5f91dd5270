import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of this repository. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The street clip that `npm run bench` fetches. */
export const demoClip = join(root, '.lookout/demo/vtest.avi');

/** Material that is not in the repository: the option that gives its path, and its place in the folder of `LOOKOUT_MATERIAL`. */
export interface Material {
  /** What it is, for the error: `a data set in COCO’s layout`. */
  readonly what: string;
  /** `--dataset` */
  readonly option: string;
  /** `media/coco/train128` */
  readonly path: string;
}

/**
 * The path of the material: the option's value, or else in the folder that the environment variable `LOOKOUT_MATERIAL` names.
 * @param given the option's value
 * @returns an absolute path that exists
 * @throws Error when neither is given or nothing is there; it says what to do
 */
export function findMaterial(given: string | undefined, { what, option, path }: Material): string {
  const folder = process.env.LOOKOUT_MATERIAL;
  if (given === undefined && !folder) {
    throw new Error(
      `This bench needs ${what}: give its path with ${option}, or put it at ${path} in a folder that the environment variable LOOKOUT_MATERIAL names`,
    );
  }
  const found = resolve(given ?? join(folder!, path));
  if (!existsSync(found)) throw new Error(`There is nothing at ${found}: ${option} expects ${what}`);
  return found;
}
