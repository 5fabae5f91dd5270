import type { ModelInfo } from '@lookout/vision';
import type { InferAnswer, InferJob } from '../../platform/kserve/infer-tensors.js';
import type { AnalysisJob, AnalysisResult } from './analysis-job.js';

/** A free worker held for one caller, who still has to fetch the pixels. Ends with exactly one of its calls. */
export interface Reservation {
  /** The model that the job will be detected by. */
  readonly model: ModelInfo;
  run(job: AnalysisJob): Promise<AnalysisResult>;
  /** Tensors in as the model's graph declares them, tensors out. */
  infer(job: InferJob): Promise<InferAnswer>;
  release(): void;
}

/** A free worker held for whoever the dispatcher finds. */
export interface HeldWorker extends Reservation {
  /** Jobs of one input size that it had best do in one run; absent: each by itself. */
  readonly together?: number;
  /** This one as several, whose jobs go together; it is not to be used itself any more. */
  split?(count: number): Reservation[];
}
