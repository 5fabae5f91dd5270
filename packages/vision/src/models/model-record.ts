import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** Written into the folder of a downloaded model. */
export const MODEL_RECORD = 'model.json';

export const ModelRecord = z.object({
  name: z.string(),
  licence: z.string(),
  use: z.enum(['any', 'copyleft', 'research']),
  /** Sources of its files. */
  files: z.array(z.object({ name: z.string(), url: z.string(), bytes: z.number(), sha256: z.string() })),
});
export type ModelRecord = z.infer<typeof ModelRecord>;

/** Record of a downloaded model; undefined if its folder was made by hand. @param path of the file */
export async function readModelRecord(path: string): Promise<ModelRecord | undefined> {
  try {
    return ModelRecord.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch {
    // It only records the model's source; the model works without it.
    return undefined;
  }
}
