import type { Rule } from '@lookout/protocol';
import { isPhrased, phraseKey } from '@lookout/rules';
import type { TrackedObject } from '@lookout/vision';
import type { ObservedFrame } from '../live/observed-frame.js';
import { type TrackCondition, TrackLane, type TrackLaneOptions } from './track-lane.js';

/** Searches whole frames for phrases. */
export interface WholeFrames {
  observe(camera: string, observed: ObservedFrame, conditions: readonly TrackCondition[]): void;
  /** Objects found by their description alone, as of a frame. */
  found(camera: string, timestampMs: number): readonly TrackedObject[];
  forget(): void;
  removeCamera(camera: string): void;
}

export interface PhraseLanesOptions extends Omit<TrackLaneOptions, 'conditions'> {
  /** All rules; disabled ones are ignored. */
  rules(): readonly { readonly rule: Rule; readonly enabled: boolean }[];
  isAbout(rule: Rule, camera: string): boolean;
  readonly wholeFrames?: WholeFrames | undefined;
}

/** Phrases to look for on a camera: those about objects of some classes, and those without a class. */
interface Conditions {
  readonly track: readonly TrackCondition[];
  readonly open: readonly TrackCondition[];
}

/** Looks for the phrases of rules on all cameras: on tracks of a class, or on whole frames for phrases without one. */
export class PhraseLanes {
  readonly #options: PhraseLanesOptions;
  readonly #tracks: TrackLane;
  /** By camera. */
  readonly #conditions = new Map<string, Conditions>();

  constructor(options: PhraseLanesOptions) {
    this.#options = options;
    this.#tracks = new TrackLane({ ...options, conditions: (camera) => this.#of(camera).track });
  }

  /** Takes an analysed frame; frames of a camera must come in order. */
  observe(camera: string, observed: ObservedFrame): void {
    this.#tracks.observe(camera, observed);
    this.#options.wholeFrames?.observe(camera, observed, this.#of(camera).open);
  }

  /** Keys of the phrases that an object matches. */
  fulfilled(camera: string, track: number): ReadonlySet<string> {
    return this.#tracks.fulfilled(camera, track);
  }

  /** Objects found by their description alone. */
  found(camera: string, timestampMs: number): readonly TrackedObject[] {
    return this.#options.wholeFrames?.found(camera, timestampMs) ?? [];
  }

  /** Rules changed. Verdicts on objects stay, as they are kept by phrase. */
  rulesChanged(): void {
    this.#conditions.clear();
  }

  /** The model changed, and with it what fires: all verdicts are discarded. */
  judgeAnew(): void {
    this.#tracks.forgetVerdicts();
    this.#options.wholeFrames?.forget();
  }

  removeCamera(camera: string): void {
    this.#conditions.delete(camera);
    this.#tracks.removeCamera(camera);
    this.#options.wholeFrames?.removeCamera(camera);
  }

  #of(camera: string): Conditions {
    let known = this.#conditions.get(camera);
    if (!known) {
      const { rules, isAbout } = this.#options;
      const own = rules().filter(({ rule, enabled }) => enabled && isAbout(rule, camera));
      const byKey = new Map<string, TrackCondition>();
      for (const { rule } of own) {
        const { subject } = rule.trigger;
        if (isPhrased(subject)) byKey.set(phraseKey(subject), { key: phraseKey(subject), subject });
      }
      const all = [...byKey.values()];
      const isOpen = ({ subject }: TrackCondition) => subject.classes.includes('*');
      known = { track: all.filter((one) => !isOpen(one)), open: all.filter(isOpen) };
      this.#conditions.set(camera, known);
    }
    return known;
  }
}
