import type { Box } from '@lookout/protocol';
import { LOOK_LENGTH, type ModelInfo, planLetterbox } from '@lookout/vision';
import type { AnalysisPool } from '../analysis/analysis-pool.js';
import type { CameraManager } from '../cameras/camera-manager.js';

export interface LooksOptions {
  readonly pool: Pick<AnalysisPool, 'runSoon'>;
  model(): ModelInfo;
  cameras(): Pick<CameraManager, 'camera'>;
}

/** Looks of regions of an image, laid out as for the analysis of this camera. */
export async function describeLooks(
  { pool, model, cameras }: LooksOptions,
  { camera, jpeg, size, boxes }: { camera: string; jpeg: Uint8Array; size: [number, number]; boxes: readonly Box[] },
): Promise<Uint8Array[]> {
  const { inferenceSize } = cameras().camera(camera).lane.settings;
  const letterbox = planLetterbox(model(), ...size, inferenceSize);
  const { looks } = await pool.runSoon({ picture: { kind: 'jpeg', jpeg }, looks: { letterbox, boxes } });
  return boxes.map((_, i) => new Uint8Array(looks?.subarray(i * LOOK_LENGTH, (i + 1) * LOOK_LENGTH) ?? []));
}
