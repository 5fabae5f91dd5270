import { uprightSize } from '@lookout/media';
import { LookoutError, type Segment, type SegmentMask } from '@lookout/protocol';
import { type MaskPrompt, segmentTakes } from '@lookout/vision';
import { readClientImage } from '../sessions/image-data.js';
import { createSessionId } from '../sessions/session-id.js';
import type { TaskModels } from '../task-models/task-models.js';
import { KeptSegment, type SegmentOwner } from './kept-segment.js';

export interface SegmentServiceOptions {
  readonly models: Pick<TaskModels, 'require' | 'freeze' | 'masks' | 'release' | 'onChange'>;
  /** Id of this node of a cluster. */
  readonly node?: string | undefined;
  /** Unix epoch ms. */
  now(): number;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
}

/** Each holds an image and its encoding: up to 16 MB. */
const MAX_KEPT = 4;
/** How long a frozen picture is kept after its last use. */
const KEPT_MS = 5 * 60_000;
/** How long a request for masks waits for the encoding. Large models take seconds on a slow machine. */
const WAIT_MS = 60_000;

/** Frozen pictures and their masks. Pictures are encoded one at a time, alongside live detection. */
export class SegmentService {
  readonly #options: SegmentServiceOptions;
  /** Most recently used last. */
  readonly #kept = new Map<string, KeptSegment>();
  readonly #unsubscribe: () => void;
  /** Resolves when no picture is being encoded. */
  #encoding: Promise<void> = Promise.resolve();

  constructor(options: SegmentServiceOptions) {
    this.#options = options;
    this.#unsubscribe = options.models.onChange((task) => task === 'segment' && this.#clear());
  }

  /**
   * Keeps a picture and begins to encode it. If there are too many, the least recently used one is dropped.
   * @throws LookoutError `no_model_for_this`, `frame_invalid`, `frame_too_large`
   */
  freeze(picture: Uint8Array, owner: SegmentOwner): Segment {
    const model = this.#options.models.require('segment');
    const { header } = readClientImage(picture);
    const { width, height } = uprightSize(header);
    const id = createSessionId(this.#options.node);
    const kept = new KeptSegment({ id, picture, owner, size: [width, height], model });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < MAX_KEPT) break;
      this.#drop(oldest);
    }
    this.#kept.set(id, kept);
    this.#encoding = this.#encoding.then(() => this.#encode(kept));
    return this.#used(kept);
  }

  /** @throws LookoutError `segment_gone` */
  state(id: string, isAllowed: (owner: SegmentOwner) => boolean): Segment {
    return this.#used(this.#find(id, isAllowed));
  }

  /** As it was received. @throws LookoutError `segment_gone` */
  picture(id: string, isAllowed: (owner: SegmentOwner) => boolean): Uint8Array {
    const kept = this.#find(id, isAllowed);
    this.#used(kept);
    return kept.picture;
  }

  /**
   * Waits for the picture to be encoded, if necessary.
   * @returns best first; empty if the model finds nothing there
   * @throws LookoutError `segment_gone`, `validation_failed`, `unavailable` if it takes too long, or the error of the encoding
   */
  async masks(
    id: string,
    prompt: MaskPrompt,
    { isAllowed, signal }: { isAllowed: (owner: SegmentOwner) => boolean; signal: AbortSignal },
  ): Promise<SegmentMask[]> {
    const kept = this.#find(id, isAllowed);
    this.#used(kept);
    const handle = await kept.ready(WAIT_MS, this.#options.later, signal);
    try {
      const masks = await this.#options.models.masks(handle, prompt);
      if (this.#kept.has(id)) this.#used(kept);
      return masks;
    } catch (error) {
      if (error instanceof LookoutError && error.code === 'segment_gone') this.#drop(id);
      throw error;
    }
  }

  /** @throws LookoutError `segment_gone` */
  remove(id: string, isAllowed: (owner: SegmentOwner) => boolean): void {
    this.#find(id, isAllowed);
    this.#drop(id);
  }

  close(): void {
    this.#unsubscribe();
    this.#clear();
  }

  /** A picture that the caller may not see is reported as gone. */
  #find(id: string, isAllowed: (owner: SegmentOwner) => boolean): KeptSegment {
    const kept = this.#kept.get(id);
    if (kept && isAllowed(kept.owner)) return kept;
    throw new LookoutError('segment_gone', 'This frozen picture is no longer kept', {
      hint: `Freeze it again: ${MAX_KEPT} are kept at a time, each for ${KEPT_MS / 60_000} minutes after its last use.`,
    });
  }

  async #encode(kept: KeptSegment): Promise<void> {
    if (!this.#kept.has(kept.id)) return;
    kept.begin();
    try {
      const { handle } = await this.#options.models.freeze(kept.picture);
      if (this.#kept.has(kept.id)) kept.succeed(handle);
      else this.#options.models.release(handle);
    } catch (error) {
      kept.fail(error as Error);
    }
  }

  #used(kept: KeptSegment): Segment {
    this.#kept.delete(kept.id);
    this.#kept.set(kept.id, kept);
    kept.expiresAt = this.#options.now() + KEPT_MS;
    kept.cancelExpiry();
    kept.cancelExpiry = this.#options.later(() => this.#drop(kept.id), KEPT_MS);
    return kept.describe(segmentTakes(kept.model.family));
  }

  #drop(id: string): void {
    const kept = this.#kept.get(id);
    if (!kept) return;
    this.#kept.delete(id);
    kept.cancelExpiry();
    kept.fail(new LookoutError('segment_gone', 'This frozen picture is no longer kept', { hint: 'Freeze it again.' }));
    if (kept.handle !== undefined) this.#options.models.release(kept.handle);
  }

  #clear(): void {
    for (const id of [...this.#kept.keys()]) this.#drop(id);
  }
}
