import { LookoutError, ModelSpeed } from '@lookout/protocol';
import { z } from 'zod';
import type { SettingRepository } from '../storage/index.js';

const KEY = 'models.speeds';
const MAX_KEPT = 100;
/** The first runs are slower: memory is allocated, kernels are chosen. */
const WARM_UP_RUNS = 2;
const RUNS = 11;
/** A model of several seconds a run is measured by fewer runs. */
const MAX_MS = 5000;

/** By name. `stamp`: of the file that was measured. */
const KeptSpeeds = z.record(z.string(), ModelSpeed.extend({ stamp: z.string() }));

export interface ModelSpeedsOptions {
  readonly store: SettingRepository;
  /** Unix epoch ms. */
  now(): number;
}

/** What was measured of models on this machine: kept, and forgotten when the file or the device is another. */
export class ModelSpeeds {
  readonly #options: ModelSpeedsOptions;
  readonly #speeds: z.infer<typeof KeptSpeeds>;
  #isMeasuring = false;

  private constructor(options: ModelSpeedsOptions, speeds: z.infer<typeof KeptSpeeds>) {
    this.#options = options;
    this.#speeds = speeds;
  }

  static async open(options: ModelSpeedsOptions): Promise<ModelSpeeds> {
    const text = (await options.store.all())[KEY];
    return new ModelSpeeds(options, text === undefined ? {} : (KeptSpeeds.safeParse(parse(text)).data ?? {}));
  }

  /** @param file to which the speed must belong */
  of({ name, stamp }: { name: string; stamp: string }): ModelSpeed | undefined {
    const kept = this.#speeds[name];
    if (kept?.stamp !== stamp) return undefined;
    const { stamp: _, ...speed } = kept;
    return speed;
  }

  /**
   * @param run runs the model once. @returns the milliseconds it took
   * @throws LookoutError `too_many_requests` while another is being measured; whatever `run` throws
   */
  async measure(
    { name, stamp }: { name: string; stamp: string },
    device: string,
    run: () => Promise<number>,
  ): Promise<ModelSpeed> {
    if (this.#isMeasuring) {
      throw new LookoutError('too_many_requests', 'Another model is being measured', {
        hint: 'Try again in a moment.',
      });
    }
    this.#isMeasuring = true;
    try {
      const ms = Math.round(10 * (await median(run))) / 10;
      const speed = { ms, device, measured_at: this.#options.now() };
      delete this.#speeds[name];
      this.#speeds[name] = { ...speed, stamp };
      for (const oldest of Object.keys(this.#speeds).slice(0, -MAX_KEPT)) delete this.#speeds[oldest];
      await this.#options.store.change({ [KEY]: JSON.stringify(this.#speeds) });
      return speed;
    } finally {
      this.#isMeasuring = false;
    }
  }
}

async function median(run: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  let totalMs = 0;
  for (let i = 0; i < WARM_UP_RUNS + RUNS; i++) {
    const ms = await run();
    totalMs += ms;
    if (i >= WARM_UP_RUNS || totalMs > MAX_MS) times.push(ms);
    if (totalMs > MAX_MS) break;
  }
  return times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Nothing is known then, and everything can be measured again.
    return undefined;
  }
}
