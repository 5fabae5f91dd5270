import { existsSync } from 'node:fs';
import { type Letterbox, LookoutError } from '@lookout/protocol';
import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import { halfToFloat } from '../convert/half.js';
import type { ModelInfo } from '../model-info.js';
import { FLOOR_INPUT, PICKED_CELLS, PICKED_VALUES } from '../onnx/pick-cells.js';
import { Candidates } from './candidates.js';
import type { OutputFormat, OutputTensor } from './decoder.js';
import type { DetectOptions, Detector, DetectResult } from './detector.js';
import { OUTPUT_FORMATS } from './formats/index.js';
import { ImageInput } from './image-input.js';
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

/** The execution providers this build offers on this machine's platform; whether a device answers is known when one is opened. */
export function listProviders(): string[] {
  return [...new Set(['cpu', ...listSupportedBackends().map(({ name }) => name)])];
}

class OnnxDetector implements Detector {
  readonly #session: InferenceSession;
  readonly #format: OutputFormat;
  readonly #candidates = new Candidates();
  readonly #input: ImageInput;
  /** Whether the graph picks the cells itself. */
  readonly #picks: boolean;

  constructor(
    readonly info: ModelInfo,
    readonly provider: string,
    session: InferenceSession,
    format: OutputFormat,
  ) {
    this.#session = session;
    this.#format = format;
    this.#input = new ImageInput(session, info.preparation);
    this.#picks = session.inputNames.includes(FLOOR_INPUT);
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
    const feeds = this.#input.feeds(rgb, width, height);
    const startMs = performance.now();
    const outputs = await this.#run(feeds, options.confidence);
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
    const outputs = await this.#run(this.#input.feeds(new Uint8Array(width * height * 3), width, height), 0);
    // Also shows whether the outputs are of the format, before the first frame.
    const context = { width, height, classCount: this.info.classNames.length, confidence: 0, classIds: undefined };
    this.#format.decode(outputs, context, this.#candidates);
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  async #run(feeds: Record<string, Tensor>, confidence: number): Promise<OutputTensor[]> {
    try {
      if (this.#picks) {
        const floor = this.#format.floor?.(confidence) ?? confidence;
        feeds[FLOOR_INPUT] = new Tensor('float32', Float32Array.of(floor), [1]);
      }
      const results = await this.#session.run(feeds);
      if (this.#picks) {
        const values = outputTensor(PICKED_VALUES, results[PICKED_VALUES]!);
        return [{ ...values, cells: results[PICKED_CELLS]!.data as Int32Array }];
      }
      return this.#session.outputNames.map((name) => outputTensor(name, results[name]!));
    } catch (cause) {
      throw new LookoutError('inference_failed', `Model ${this.info.name} failed: ${(cause as Error).message}`, {
        cause,
      });
    }
  }
}

function outputTensor(name: string, { dims, data, type }: Tensor): OutputTensor {
  if (type !== 'float16') return { name, dims, data: data as OutputTensor['data'] };
  return { name, dims, data: Float32Array.from(data as unknown as Uint16Array, halfToFloat) };
}

async function createSession(info: ModelInfo, threads: number, provider: string): Promise<InferenceSession> {
  if (!existsSync(info.path)) throw new LookoutError('model_not_found', `There is no model file ${info.path}`);
  const offered = listProviders();
  if (!offered.includes(provider)) {
    throw new LookoutError('unavailable', `Execution provider ${provider} is not built for this machine`, {
      hint: `Offered here: ${offered.join(', ')}`,
    });
  }
  try {
    return await InferenceSession.create(info.path, {
      executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
  } catch (cause) {
    const code = provider === 'cpu' ? 'model_invalid' : 'unavailable';
    const where = provider === 'cpu' ? '' : ` on ${provider}`;
    throw new LookoutError(code, `Model ${info.name} does not load${where}: ${(cause as Error).message}`, { cause });
  }
}
