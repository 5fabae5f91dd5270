import type { RgbImage } from '../image/rgb-image.js';
import type { ModelRunner, NamedTensor } from '../runtime/model-runner.js';
import type { TaskModelInfo } from '../tasks/task-model.js';
import { candidatesOf } from './candidates.js';
import type { Placement } from './placement.js';
import { checkPrompt } from './prompt.js';
import { resizeLogits } from './resize-logits.js';
import type { SamFormat } from './sam-format.js';
import type { EncodedImage, MaskCandidate, MaskPrompt, Segmenter } from './segmenter.js';
import { segmentTakes } from './takes.js';
import { floatOutput } from './tensors.js';

/** Maximum number of candidates returned. */
const MAX_CANDIDATES = 3;

class EncodedFeatures implements EncodedImage {
  constructor(
    readonly width: number,
    readonly height: number,
    readonly bytes: number,
    readonly features: readonly NamedTensor[],
    readonly placement: Placement,
  ) {}
}

/** Segmenter of two graphs: the encoder runs once per image, the decoder once per prompt. */
export class EncoderDecoderSegmenter implements Segmenter {
  readonly takes: Segmenter['takes'];

  constructor(
    readonly info: TaskModelInfo,
    readonly format: SamFormat,
    readonly encoder: ModelRunner,
    readonly decoder: ModelRunner,
  ) {
    this.takes = segmentTakes(info.family);
  }

  async encode(image: RgbImage): Promise<EncodedImage> {
    const { tensor, placement } = this.format.prepare(image, this.encoder.inputs[0]!);
    const outputs = await this.encoder.run([tensor]);
    const taken = new Set(this.decoder.inputs.map(({ name }) => name));
    const features = outputs.filter(({ name }) => taken.has(name));
    const bytes = features.reduce((sum, { data }) => sum + (data as Float32Array).byteLength, 0);
    return new EncodedFeatures(image.width, image.height, bytes, features, placement);
  }

  async masks(encoded: EncodedImage, prompt: MaskPrompt): Promise<MaskCandidate[]> {
    return candidatesOf(await this.logits(encoded, prompt));
  }

  /** Logits at image size, with the model's scores, best first. */
  async logits(encoded: EncodedImage, prompt: MaskPrompt): Promise<{ logits: Float32Array; score: number }[]> {
    if (!(encoded instanceof EncodedFeatures)) throw new TypeError('Expected an image that this segmenter encoded');
    checkPrompt(prompt, encoded, this);
    const { features, placement } = encoded;
    const asked = this.format.ask({ prompt, placement, inputs: this.decoder.inputs, features });
    const outputs = await this.decoder.run([...features, ...asked]);
    const names = new Set(outputs.map(({ name }) => name));
    const masks = floatOutput(outputs, this.format.masks.find((name) => names.has(name)) ?? this.format.masks[0]!);
    const scores = floatOutput(outputs, this.format.scores).data;
    const [height, width] = masks.dims.slice(-2) as [number, number];
    const { rows, columns } = this.format.taps(placement, width, height);
    const size = width * height;
    return bestOf(scores).map((i) => ({
      logits: resizeLogits(masks.data.subarray(i * size, (i + 1) * size), width, rows, columns),
      score: scores[i]!,
    }));
  }

  async close(): Promise<void> {
    await this.encoder.close();
    await this.decoder.close();
  }
}

/** Of four masks, the first is for unambiguous prompts; the other three are the object, its parts and the whole it is part of. */
function bestOf(scores: Float32Array): number[] {
  return Array.from(scores.keys())
    .slice(scores.length > MAX_CANDIDATES ? 1 : 0)
    .sort((a, b) => scores[b]! - scores[a]!)
    .slice(0, MAX_CANDIDATES);
}
