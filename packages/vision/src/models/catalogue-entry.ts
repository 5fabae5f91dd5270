import type { ModelTask } from '../tasks/task-model.js';

/** Role of a model's file: one of its graphs, or data that its graphs need. */
export type FileRole = 'model' | 'image' | 'text' | 'encoder' | 'decoder' | 'tokenizer' | 'preprocessor';

export interface CatalogueFile {
  role: FileRole;
  /** File name in the model's folder and on a mirror. */
  name: string;
  /** Immutable address: of a release, or pinned to a commit. */
  url: string;
  bytes: number;
  /** In hex. */
  sha256: string;
}

/** Use that a model's licence allows: any; any, with obligations when it is passed on; research only. */
export type ModelUse = 'any' | 'copyleft' | 'research';

/** A model that can be fetched by name. */
export interface CatalogueEntry {
  name: string;
  task: ModelTask;
  description: string;
  /** A single file is stored as `NAME.onnx`, several as a folder. */
  files: readonly CatalogueFile[];
  licence: string;
  use: ModelUse;
  /** Input size, as text. */
  input: string;
  /** Estimated memory in use, MiB. */
  memoryMb: number;
  /** Estimated time on one processor core, per image or per object in it. */
  speed: { ms: number; per: 'picture' | 'object' };
  /** Whether it has been run with Lookout. If not, only its authors' figures are known. */
  isVerified: boolean;
}

/** Meaning of each restricted licence, in one sentence. */
export const RESTRICTIONS: Readonly<Record<Exclude<ModelUse, 'any'>, string>> = {
  copyleft:
    'anyone who passes the model on, or offers a service with it, must publish the source of the whole work under the same licence',
  research: 'the model may be used for research only, not for business, and not to watch over a shop or an office',
};

/** Total size of a model's files. */
export function downloadBytes({ files }: Pick<CatalogueEntry, 'files'>): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Name in the models folder: of a file, or of a folder for a model of several files. */
export function storedName({ name, files }: Pick<CatalogueEntry, 'name' | 'files'>): string {
  return files.length === 1 ? `${name}.onnx` : name;
}
