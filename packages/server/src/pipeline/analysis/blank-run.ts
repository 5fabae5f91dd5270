import { type ModelInfo, planLetterbox } from '@lookout/vision';
import type { AnalysisPool } from './analysis-pool.js';

const MAX_SIDE = 320;

/** Runs a model once on a grey image in the next free worker. @throws LookoutError if that fails */
export async function runBlank(pool: Pick<AnalysisPool, 'runSoon'>, model: ModelInfo): Promise<void> {
  const { width, height } = model.input.kind === 'fixed' ? model.input : { width: MAX_SIDE, height: MAX_SIDE };
  const letterbox = planLetterbox(model, width, height, MAX_SIDE);
  const rgb = new Float32Array(letterbox.width * letterbox.height * 3).fill(letterbox.fill);
  await pool.runSoon(
    {
      picture: { kind: 'rgb', rgb, sourceWidth: width, sourceHeight: height },
      detect: { letterbox, options: { confidence: 1, iou: 1, maxDetections: 1 } },
    },
    model,
  );
}
