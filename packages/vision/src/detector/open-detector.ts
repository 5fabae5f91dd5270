import type { Letterbox } from '@lookout/protocol';
import { LookoutError } from '@lookout/protocol';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelInfo } from '../model-info.js';
import { Candidates } from './candidates.js';
import type { OutputFormat, OutputTensor } from './decoder.js';
import type { DetectOptions, Detector, DetectResult } from './detector.js';
import { OUTPUT_FORMATS } from './formats/index.js';
import { suppress } from './nms.js';
import { toSourceBoxes } from './source-boxes.js';

export interface OpenDetectorOptions {
  /** Threads of one inference. One per session and several sessions give the most frames per second. Default 1. */
  threads?: number;
  /** Execution provider: cpu, cuda, webgpu, tensorrt, coreml, dml. Default cpu. */
  provider?: string;
}

/**
 * Loads a model, on the calling thread, and runs it once so that the first frame is as quick as the next.
 * @throws LookoutError `model_not_found`, `model_invalid`, `model_unsupported`, `unavailable` (provider).
 */
export async function openDetector(
  info: ModelInfo,
  { threads = 1, provider = 'cpu' }: OpenDetectorOptions = {},
): Promise<Detector> {
  const format = OUTPUT_FORMATS[info.format];
  if (!format) throw new LookoutError('model_unsupported', `Model ${info.name}: format ${info.format} is not known`);
  const session = await createSession(info, threads, provider);
  const detector = new OnnxDetector(info, provider, session, format);
  await detector.warmUp();
  return detector;
}

class OnnxDetector implements Detector {
  readonly #session: InferenceSession;
  readonly #format: OutputFormat;
  readonly #candidates = new Candidates();
  readonly #inputName: string;

  constructor(
    readonly info: ModelInfo,
    readonly provider: string,
    session: InferenceSession,
    format: OutputFormat,
  ) {
    this.#session = session;
    this.#format = format;
    this.#inputName = session.inputNames[0]!;
  }

  async detect(
    rgb: Uint8Array,
    letterbox: Letterbox,
    sourceWidth: number,
    sourceHeight: number,
    options: DetectOptions,
  ): Promise<DetectResult> {
    const { width, height } = letterbox;
    if (rgb.length !== width * height * 3) {
      throw new RangeError(`Expected ${width}×${height}×3 = ${width * height * 3} bytes of RGB, got ${rgb.length}`);
    }
    const startMs = performance.now();
    const outputs = await this.#run(new Tensor('uint8', rgb, [1, height, width, 3]));
    const inferMs = performance.now() - startMs;
    const candidates = this.#candidates;
    candidates.clear();
    const { confidence, classIds } = options;
    const classCount = this.info.classNames.length;
    this.#format.decode(outputs, { width, height, classCount, confidence, classIds }, candidates);
    const kept = suppress(candidates, this.#format.needsNms ? options.iou : 1, options.maxDetections);
    const detections = toSourceBoxes(candidates, kept, letterbox, sourceWidth, sourceHeight, this.info.classNames);
    return { detections, inferMs };
  }

  async warmUp(): Promise<void> {
    const { input } = this.info;
    const { width, height } = input.kind === 'fixed' ? input : { width: 320, height: 320 };
    await this.#run(new Tensor('uint8', new Uint8Array(width * height * 3), [1, height, width, 3]));
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  async #run(image: Tensor): Promise<OutputTensor[]> {
    try {
      const results = await this.#session.run({ [this.#inputName]: image });
      return this.#session.outputNames.map((name) => {
        const tensor = results[name]!;
        return { name, dims: tensor.dims, data: tensor.data as Float32Array };
      });
    } catch (cause) {
      throw new LookoutError('inference_failed', `Model ${this.info.name} failed: ${(cause as Error).message}`, {
        cause,
      });
    }
  }
}

async function createSession(info: ModelInfo, threads: number, provider: string): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(info.path, {
      executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw new LookoutError('model_invalid', `Model ${info.name} does not load: ${(cause as Error).message}`, { cause });
  }
}
