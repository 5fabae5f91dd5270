import type { CameraState, LookoutError } from '@lookout/protocol';
import type { CameraOptions, SourceState } from './camera-options.js';
import { PictureHealth, type PictureStage, type PictureTrouble } from './picture-health.js';

/** One change of a camera's state, or of its reason. */
export interface StatusChange {
  state: CameraState;
  reason: string;
  /** By the camera's clock. */
  sinceMs: number;
  /** Whether the state itself is another one. */
  changed: boolean;
}

/**
 * The state of a camera's connection, in words. It is what the source last said, except that a camera whose frames are all broken is not
 * live, whatever its connection's state; the first good frame makes it live again.
 */
export class CameraStatus {
  readonly #now: () => number;
  readonly #onChange: (change: StatusChange) => void;
  readonly #health = new PictureHealth();
  #state: CameraState = 'off';
  #reason = '';
  #sinceMs: number;
  #error: LookoutError | undefined;
  #source: SourceState | undefined;
  /** The state shown because of unusable frames, while they last. */
  #trouble: PictureTrouble['state'] | undefined;

  constructor(now: () => number, onChange: (change: StatusChange) => void) {
    this.#now = now;
    this.#onChange = onChange;
    this.#sinceMs = now();
  }

  get state(): CameraState {
    return this.#state;
  }

  get reason(): string {
    return this.#reason;
  }

  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** Why it is not live, as an error for requests for its frames. */
  get error(): LookoutError | undefined {
    return this.#error;
  }

  set(state: CameraState, reason: string, error?: LookoutError): void {
    this.#error = error;
    if (state === this.#state && reason === this.#reason) return;
    const changed = state !== this.#state;
    this.#state = state;
    this.#reason = reason;
    this.#sinceMs = this.#now();
    this.#onChange({ state, reason, sinceMs: this.#sinceMs, changed });
  }

  /** The source reports its state; what its frames were like before no longer counts. */
  sourceIs(state: CameraState, reason: string, error?: LookoutError): void {
    this.sourceIsGone();
    this.#source = { state, reason, error };
    this.set(state, reason, error);
  }

  sourceIsGone(): void {
    this.#source = undefined;
    this.#trouble = undefined;
    this.#health.reset();
  }

  /** A frame passed these stages. */
  good(...stages: PictureStage[]): void {
    for (const stage of stages) this.#health.good(stage);
    this.#judge();
  }

  /** A frame failed. */
  failed(stage: PictureStage, error: LookoutError): void {
    this.#health.failed(stage, error, this.#now());
    this.#judge();
  }

  #judge(): void {
    const source = this.#source;
    if (source === undefined || (source.state !== 'live' && source.state !== 'connecting')) return;
    const trouble = this.#health.trouble(this.#now());
    // Reported once per kind of trouble, since every broken frame fails differently.
    if (trouble?.state === this.#trouble) return;
    this.#trouble = trouble?.state;
    const { state, reason, error } = trouble ?? source;
    this.set(state, reason, error);
  }
}

/** Logs a camera's new state. */
export function logState(log: CameraOptions['log'], camera: string, state: CameraState, reason: string): void {
  const details = { camera, state, reason };
  const isTrouble = state !== 'live' && state !== 'connecting' && state !== 'off';
  if (isTrouble) log.warn(details, 'camera state changed');
  else log.info(details, 'camera state changed');
}
