import type { ModelTask } from '../tasks/task-model.js';

/** What a file of a model is: a graph of the model, or what its graphs need. */
export type FileRole = 'model' | 'image' | 'text' | 'encoder' | 'decoder' | 'tokenizer' | 'preprocessor';

export interface CatalogueFile {
  role: FileRole;
  /** What it is called in the model's folder, and on a mirror. */
  name: string;
  /** An address whose contents don't change: of a release, or pinned to a commit. */
  url: string;
  bytes: number;
  /** In hex. */
  sha256: string;
}

/** What a model's licence allows: everything; its use, with duties for those who pass it on; research alone. */
export type ModelUse = 'any' | 'copyleft' | 'research';

/** A model that can be fetched by name. */
export interface CatalogueEntry {
  name: string;
  task: ModelTask;
  description: string;
  /** Of one file: it becomes `NAME.onnx`. Of several: they become a folder. */
  files: readonly CatalogueFile[];
  licence: string;
  use: ModelUse;
  /** Input size, as text. */
  input: string;
  /** Estimated memory while it is used, MiB. */
  memoryMb: number;
  /** Expected time on one processor core, an estimate: for each picture, or for each object in it. */
  speed: { ms: number; per: 'picture' | 'object' };
  /** Whether it has been run with Lookout. If not, its authors' figures are all that is known. */
  isVerified: boolean;
}

/** What each restricted licence means, in one sentence. */
export const RESTRICTIONS: Readonly<Record<Exclude<ModelUse, 'any'>, string>> = {
  copyleft:
    'whoever passes the model on, or offers a service with it, must publish the source of the whole work under the same licence',
  research: 'the model may be used for research alone, not for business, and not to watch over a shop or an office',
};

/** Size of all files of a model. */
export function downloadBytes({ files }: Pick<CatalogueEntry, 'files'>): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Where a model is stored, in the models folder: a file, or a folder for a model of several files. */
export function storedName({ name, files }: Pick<CatalogueEntry, 'name' | 'files'>): string {
  return files.length === 1 ? `${name}.onnx` : name;
}
