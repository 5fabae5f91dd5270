import { type Letterbox, LookoutError } from '@lookout/protocol/core';
import type { ModelInfo } from '../model-info/model-info.js';
import { FLOOR_INPUT, PICKED_CELLS, PICKED_VALUES } from '../onnx/pick-cells.js';
import { OUTPUT_FORMATS } from '../output-formats/index.js';
import type { BoxSink, OutputFormat, OutputTensor } from '../output-formats/output-format.js';
import { logit, sigmoid } from '../output-formats/tables.js';
import type { ModelRunner, NamedTensor, TensorDeclaration } from '../runtime/model-runner.js';
import { Candidates, toSourceBoxes } from './candidates.js';
import type { DetectOptions, Detector, DetectResult, DetectTask } from './detector.js';
import { suppress, suppressAcrossClasses } from './nms.js';
import { ImageInput, outputTensor, outputTensors, partOf } from './tensors.js';

/** Nothing in a blank picture is as likely: making boxes of all cells would be a fifth of a worker's start. */
const WARM_UP_CONFIDENCE = 0.5;

/**
 * Makes a detector from a model runner: turns pictures into the model's inputs and its outputs into boxes, according to its format. Runs
 * the model once, so that the first frame is as fast as the next and a model of another format fails at once.
 * @param options.warmUp false: skip that run.
 * @returns the detector; closing it closes the runner.
 * @throws LookoutError `model_unsupported`; whatever the runner throws. The runner is then still open.
 */
export async function createDetector(
  info: ModelInfo,
  runner: ModelRunner,
  { warmUp = true }: { warmUp?: boolean } = {},
): Promise<Detector> {
  const format = OUTPUT_FORMATS[info.format];
  if (!format) throw new LookoutError('model_unsupported', `Model ${info.name}: format ${info.format} is not known`);
  const detector = new FormatDetector(info, runner, format);
  if (warmUp) await detector.warmUp();
  return detector;
}

class FormatDetector implements Detector {
  readonly provider: string;
  readonly #runner: ModelRunner;
  readonly #format: OutputFormat;
  readonly #candidates = new Candidates();
  /** Absent if boxes and scores are in the format's usual units. */
  readonly #adapter: BoxAdapter | undefined;
  readonly #input: ImageInput;
  /** Whether the graph picks the cells itself. */
  readonly #picks: boolean;
  readonly takesTogether: boolean;

  constructor(
    readonly info: ModelInfo,
    runner: ModelRunner,
    format: OutputFormat,
  ) {
    this.provider = runner.provider;
    this.#runner = runner;
    this.#format = format;
    if (info.fractionalBoxes || info.logitScores) this.#adapter = new BoxAdapter(info, this.#candidates);
    this.#input = new ImageInput(runner.inputs, info.preparation);
    this.#picks = runner.inputs.some(({ name }) => name === FLOOR_INPUT);
    const isFree = ({ shape }: TensorDeclaration) => typeof shape[0] !== 'number';
    this.takesTogether = !this.#picks && runner.inputs.every(isFree) && runner.outputs.every(isFree);
  }

  async detect(
    rgb: Float32Array,
    letterbox: Letterbox,
    sourceWidth: number,
    sourceHeight: number,
    options: DetectOptions,
  ): Promise<DetectResult> {
    const { width, height } = letterbox;
    checkPicture(rgb, width, height);
    const feeds = this.#input.feeds([rgb], width, height);
    const startMs = performance.now();
    const outputs = await this.#run(feeds, options.confidence);
    const inferMs = performance.now() - startMs;
    return this.#decode(outputs, { rgb, letterbox, sourceWidth, sourceHeight, options }, inferMs);
  }

  async detectTogether(tasks: readonly DetectTask[]): Promise<DetectResult[]> {
    const [first] = tasks;
    if (!first) return [];
    if (!this.takesTogether || tasks.length === 1) {
      const results: DetectResult[] = [];
      for (const { rgb, letterbox, sourceWidth, sourceHeight, options } of tasks) {
        results.push(await this.detect(rgb, letterbox, sourceWidth, sourceHeight, options));
      }
      return results;
    }
    const { width, height } = first.letterbox;
    for (const { rgb } of tasks) checkPicture(rgb, width, height);
    const pictures = tasks.map(({ rgb }) => rgb);
    const startMs = performance.now();
    const outputs = outputTensors(this.info, await this.#runner.run(this.#input.feeds(pictures, width, height)));
    const inferMs = performance.now() - startMs;
    return tasks.map((task, i) => {
      const own = outputs.map((output) => pictureOf(output, i, tasks.length));
      return this.#decode(own, task, inferMs);
    });
  }

  /** Decodes the outputs for one picture into its boxes. */
  #decode(outputs: readonly OutputTensor[], task: DetectTask, inferMs: number): DetectResult {
    const { letterbox, sourceWidth, sourceHeight, options } = task;
    const { width, height } = letterbox;
    const candidates = this.#candidates;
    candidates.clear();
    const { confidence, classIds } = options;
    const classCount = this.info.classNames.length;
    const least = this.info.logitScores ? logit(confidence) : confidence;
    const context = { width, height, classCount, confidence: least, classIds };
    this.#format.decode(outputs, context, this.#adapter?.to(width, height) ?? candidates);
    const kept = suppress(candidates, this.#format.needsNms ? options.iou : 1, options.maxDetections);
    const found = toSourceBoxes(candidates, kept, letterbox, sourceWidth, sourceHeight, this.info.classNames);
    const detections = suppressAcrossClasses(found, options.crossClassIou ?? 1);
    const best = kept[0];
    return { detections, topScore: best === undefined ? 0 : candidates.scores[best]!, inferMs };
  }

  async warmUp(): Promise<void> {
    const { input } = this.info;
    const { width, height } = input.kind === 'fixed' ? input : { width: 320, height: 320 };
    const outputs = await this.#run(
      this.#input.feeds([new Float32Array(width * height * 3)], width, height),
      WARM_UP_CONFIDENCE,
    );
    // Also checks that the outputs are in the format, before the first frame.
    const classCount = this.info.classNames.length;
    const context = { width, height, classCount, confidence: WARM_UP_CONFIDENCE, classIds: undefined };
    this.#format.decode(outputs, context, this.#adapter?.to(width, height) ?? this.#candidates);
  }

  async close(): Promise<void> {
    await this.#runner.close();
  }

  async #run(feeds: NamedTensor[], confidence: number): Promise<OutputTensor[]> {
    if (!this.#picks) return outputTensors(this.info, await this.#runner.run(feeds), this.#input.batch);
    const floor = Float32Array.of(this.#format.floor?.(confidence) ?? confidence);
    const results = await this.#runner.run([...feeds, { name: FLOOR_INPUT, type: 'float32', dims: [1], data: floor }]);
    const named = (name: string) => results.find((result) => result.name === name)!;
    const { name, dims, data } = outputTensor(named(PICKED_VALUES));
    return [{ name, dims, data, cells: named(PICKED_CELLS).data as Int32Array }];
  }
}

/** Converts boxes in 0..1 to pixels, and logits to scores, on the way to the candidates. */
class BoxAdapter implements BoxSink {
  readonly #info: ModelInfo;
  readonly #into: BoxSink;
  #scaleX = 1;
  #scaleY = 1;

  constructor(info: ModelInfo, into: BoxSink) {
    this.#info = info;
    this.#into = into;
  }

  /** @param width,height of the input, pixels */
  to(width: number, height: number): this {
    if (this.#info.fractionalBoxes) [this.#scaleX, this.#scaleY] = [width, height];
    return this;
  }

  add(x1: number, y1: number, x2: number, y2: number, score: number, classId: number): void {
    const [x, y] = [this.#scaleX, this.#scaleY];
    this.#into.add(x1 * x, y1 * y, x2 * x, y2 * y, this.#info.logitScores ? sigmoid(score) : score, classId);
  }
}

function checkPicture(rgb: Float32Array, width: number, height: number): void {
  if (rgb.length === width * height * 3) return;
  throw new RangeError(`Expected ${width}×${height}×3 = ${width * height * 3} numbers of RGB, got ${rgb.length}`);
}

/** The part of an output that belongs to one picture, in the shape it has for a single picture. */
function pictureOf(output: OutputTensor, index: number, count: number): OutputTensor {
  const { name, dims } = output;
  if (dims[0] !== count) {
    throw new LookoutError('inference_failed', `Of ${count} pictures the model gives ${name} as ${dims.join('×')}`);
  }
  return partOf(output, index, count);
}
