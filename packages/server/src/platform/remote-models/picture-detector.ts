import type { ModelInfo, RemoteModel } from '@lookout/vision';
import type { DetectOptions, TensorDeclaration } from '@lookout/vision/detector';
import { encodePicture, readBoxes } from '../kserve/picture-tensors.js';
import type { KServeAnswer } from './kserve-client.js';
import type { RemoteServers } from './remote-servers.js';

/** Limits of a Lookout's `detect`. */
const MAX_DETECTIONS = 300;

export interface FoundElsewhere {
  /** x1, y1, x2, y2, confidence, class id of each; highest score first. */
  packed: Float32Array<ArrayBuffer>;
  inferMs: number;
}

/**
 * Lets a server that takes encoded pictures find what is in one.
 * @param bytes JPEG, PNG or WebP
 * @throws LookoutError, see `RemoteServers.infer`
 */
export async function detectElsewhere(
  servers: Pick<RemoteServers, 'infer'>,
  { classNames, remote }: Pick<ModelInfo, 'classNames'> & { remote: RemoteModel },
  bytes: Uint8Array,
  options: DetectOptions,
): Promise<FoundElsewhere> {
  const { confidence, iou, crossClassIou = 1, maxDetections, classIds } = options;
  const parameters: Record<string, number> = remote.pictures?.tuned
    ? {
        confidence_threshold: confidence,
        iou_threshold: iou,
        cross_class_iou: crossClassIou,
        max_detections: Math.min(maxDetections, MAX_DETECTIONS),
      }
    : {};
  const [input] = remote.inputs as readonly TensorDeclaration[];
  const message = encodePicture(input!, remote.outputs as readonly TensorDeclaration[], bytes, parameters);
  const startMs = performance.now();
  const { boxes, scores, ids } = await servers.infer(message, (answer) => readKnown(answer, classNames));
  const inferMs = performance.now() - startMs;
  const kept = ids
    .map((_, i) => i)
    .filter((i) => scores[i]! >= confidence && (classIds?.has(ids[i]!) ?? true))
    .sort((a, b) => scores[b]! - scores[a]!)
    .slice(0, maxDetections);
  const rows = kept.flatMap((i) => [
    ...Array.from({ length: 4 }, (_, side) => boxes[i * 4 + side]!),
    scores[i]!,
    ids[i]!,
  ]);
  return { packed: Float32Array.from(rows), inferMs };
}

/** @throws Error also for classes that the model does not have */
function readKnown(answer: KServeAnswer, classNames: readonly string[]) {
  const { boxes, scores, classes } = readBoxes(answer);
  const ids = classes.map((one) => (typeof one === 'string' ? classNames.indexOf(one) : one));
  const strange = ids.findIndex((id) => !(id >= 0 && id < classNames.length));
  if (strange === -1) return { boxes, scores, ids };
  throw new Error(`it found a class ${String(classes[strange]).slice(0, 64)}, which its model did not have`);
}
