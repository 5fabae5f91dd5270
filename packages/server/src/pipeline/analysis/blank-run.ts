import { type ModelInfo, planLetterbox } from '@lookout/vision';
import type { AnalysisPool } from './analysis-pool.js';

const SMALL_SIDE = 320;
/** Size of the frames that speed is told for; free models take the longer side that cameras begin with. */
const FRAME = { width: 640, height: 360, side: 416 };

const OPTIONS = { confidence: 1, iou: 1, maxDetections: 1 };
/** Of 64×64 pixels, for models elsewhere that take encoded pictures. */
const GREY_JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAgAAAQABAAD/2wBDAAg+Pkk+SVVVVVVVVWRdZGhoaGRkZGRoaGhwcHCDg4NwcHBoaHBwfHyDg4+Tj4eHg4eTk5ubm7q6srLZ2eD/////wAALCABAAEABAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AAAAAAAAAAAAAAAAAAAAAAP/Z',
  'base64',
);

type Pool = Pick<AnalysisPool, 'runSoon'>;

/** Runs a model once on a grey image in the next free worker. @throws LookoutError if that fails */
export async function runBlank(pool: Pool, model: ModelInfo): Promise<void> {
  const { width, height } = model.input.kind === 'fixed' ? model.input : { width: SMALL_SIDE, height: SMALL_SIDE };
  await run(pool, model, { width, height, side: SMALL_SIDE });
}

/** The same for a frame of a usual camera. @returns milliseconds of the run itself, without the wait for a worker */
export async function timeBlank(pool: Pool, model: ModelInfo): Promise<number> {
  return (await run(pool, model, FRAME)).inferMs;
}

function run(pool: Pool, model: ModelInfo, { width, height, side }: typeof FRAME) {
  if (model.remote?.pictures) {
    const letterbox = planLetterbox(model, 64, 64, side);
    return pool.runSoon({ picture: { kind: 'jpeg', jpeg: GREY_JPEG }, detect: { letterbox, options: OPTIONS } }, model);
  }
  const letterbox = planLetterbox(model, width, height, side);
  const rgb = new Float32Array(letterbox.width * letterbox.height * 3).fill(letterbox.fill);
  return pool.runSoon(
    {
      picture: { kind: 'rgb', rgb, sourceWidth: width, sourceHeight: height },
      detect: { letterbox, options: OPTIONS },
    },
    model,
  );
}
