import type { Box } from '@lookout/protocol';
import type { KeptEvent } from '../../platform/storage/index.js';
import type { AnalysisJob, AnalysisResult, Drawing } from '../analysis/analysis-job.js';
import type { ObservedFrame } from '../live/observed-frame.js';
import { boxAround, cropOf, emptyPart } from './picture-parts.js';
import type { QuestionPictures } from './vision-language-model.js';

/** The moment that a question is about. */
export interface AskedMoment {
  readonly jpeg: Uint8Array | Promise<Uint8Array>;
  readonly size: readonly [number, number];
  /** Boxes of the event's objects, pixels. */
  readonly boxes: readonly Box[];
  /** Boxes of all objects in the frame. */
  readonly others: readonly Box[];
}

type RunSoon = (job: AnalysisJob) => Promise<AnalysisResult>;

const MAX_SIDE = 640;
const QUALITY = 85;

/** Takes what a question needs from a frame, at once: frames are not kept for long. */
export function momentOf(
  { tracks }: Pick<KeptEvent, 'tracks'>,
  { frame, pictures, objects }: ObservedFrame,
): AskedMoment {
  const jpeg = pictures.overlay();
  // Later callers get the same error.
  if (jpeg instanceof Promise) jpeg.catch(() => undefined);
  return {
    jpeg,
    size: [frame.width, frame.height],
    boxes: tracks.map(({ bbox }) => bbox),
    others: objects.map(({ bbox }) => bbox),
  };
}

/** The crop around the objects and the whole frame with their boxes; without objects, the frame alone. */
export async function questionPictures(
  { jpeg, size, boxes }: AskedMoment,
  runSoon: RunSoon,
): Promise<QuestionPictures> {
  const picture = await jpeg;
  const around = boxAround(boxes);
  const detections = boxes.map((bbox) => ({ bbox, class_name: '', class_id: 0, confidence: 1, since: 0 }));
  // Drawn as long-present objects, without labels: those would tell the model what to see.
  const frame = await drawn(picture, { detections, timestampMs: Number.MAX_SAFE_INTEGER }, runSoon);
  const crop = around && (await drawn(picture, { detections: [], crop: cropOf(around, size) }, runSoon));
  return { crop, frame };
}

/** An empty part of the same frame; undefined if there is none. */
export async function controlPictures(
  { jpeg, size, boxes, others }: AskedMoment,
  runSoon: RunSoon,
): Promise<QuestionPictures | undefined> {
  const around = boxAround(boxes);
  const part = around && emptyPart(cropOf(around, size), others, size);
  return part && { crop: await drawn(await jpeg, { detections: [], crop: part }, runSoon) };
}

async function drawn(jpeg: Uint8Array, drawing: Omit<Drawing, 'qualities'>, runSoon: RunSoon): Promise<Uint8Array> {
  const { jpegs } = await runSoon({
    picture: { kind: 'jpeg', jpeg },
    encode: { ...drawing, maxSide: MAX_SIDE, qualities: [QUALITY] },
  });
  const [made] = jpegs;
  if (!made) throw new Error('the picture could not be drawn');
  return made.jpeg;
}
