import { readFile } from 'node:fs/promises';
import { LookoutError } from '@lookout/protocol/core';
import { parse } from 'yaml';
import { z } from 'zod';
import { MODEL_FORMATS } from '../model-info/model-info.js';

const perChannel = z.tuple([z.number(), z.number(), z.number()]);
const side = z.int().min(32).max(4096);

/** Contents of `<model>.yaml` next to `<model>.onnx`; each entry replaces what would otherwise be detected or assumed. */
export const Sidecar = z.strictObject({
  names: z
    .union([z.array(z.string().min(1)), z.record(z.string().regex(/^\d{1,5}$/), z.string().min(1))])
    .optional()
    .describe('Class names: a list, or a map of id to name'),
  format: z.enum(MODEL_FORMATS).optional().describe('Format of the outputs'),
  boxes: z.enum(['pixels', 'fractions']).optional().describe('Unit of the boxes: pixels of the input, or 0..1 of it'),
  scores: z
    .enum(['probabilities', 'logits'])
    .optional()
    .describe('Whether the sigmoid is still to be applied to scores'),
  layout: z.enum(['RGB', 'BGR']).optional().describe('Order of the channels the model was trained with'),
  scale: z.number().positive().optional().describe('Bytes are multiplied by this first'),
  mean: perChannel.optional().describe('Then this is subtracted, per channel of RGB'),
  std: perChannel.optional().describe('Then divided by this, per channel of RGB'),
  letterbox: z.enum(['center', 'top-left', 'stretch']).optional().describe('Where the picture lies in the input'),
  fill: z.int().min(0).max(255).optional().describe('Grey level around the picture'),
  input_size: z
    .union([side, z.tuple([side, side])])
    .optional()
    .describe('Side, or width and height, in pixels'),
  licence: z.string().optional(),
});
export type Sidecar = z.infer<typeof Sidecar>;

/**
 * Reads the sidecar of a model, `model.yaml` or `model.onnx.yaml`; empty if there is none.
 * @throws LookoutError `config_invalid` naming the field.
 */
export async function readSidecar(modelPath: string): Promise<Sidecar> {
  for (const path of [`${modelPath}.yaml`, modelPath.replace(/\.onnx$/i, '.yaml')]) {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw new LookoutError('config_invalid', `Cannot read ${path}: ${error.message}`, { cause: error });
    });
    if (text !== undefined) return parseSidecar(text, path);
  }
  return {};
}

/**
 * Reads a sidecar file from anywhere.
 * @throws LookoutError `config_invalid` naming the field.
 */
export async function readSidecarFile(path: string): Promise<Sidecar> {
  try {
    return parseSidecar(await readFile(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof LookoutError) throw error;
    throw new LookoutError('config_invalid', `Cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** A sidecar's class names in order of their ids. */
export function sidecarNames({ names }: Sidecar): string[] | undefined {
  if (!names || Array.isArray(names)) return names;
  const list: string[] = [];
  for (const [id, name] of Object.entries(names)) list[Number(id)] = name;
  return Array.from(list, (name, id) => name ?? `class_${id}`);
}

function parseSidecar(text: string, path: string): Sidecar {
  let value: unknown;
  try {
    value = parse(text) ?? {};
  } catch (cause) {
    throw new LookoutError('config_invalid', `${path} is not YAML: ${(cause as Error).message}`, { cause });
  }
  const result = Sidecar.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const field = issue.path.join('.');
  throw new LookoutError('config_invalid', `${path}${field && `, ${field}`}: ${issue.message}`, {
    cause: result.error,
  });
}
