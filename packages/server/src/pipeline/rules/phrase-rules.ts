import { type Looking, LookoutError, type PhraseState, type Rule } from '@lookout/protocol';
import { isPhrased } from '@lookout/rules';
import type { OtherTask, TaskModelInfo } from '@lookout/vision';
import { downloadBytes, findCatalogueEntry } from '@lookout/vision/models';

/** Suggested first model. */
const FIRST_MODEL = 'tinyclip-8m';

export interface PhraseRulesOptions {
  model(task: OtherTask): Pick<TaskModelInfo, 'name'> | undefined;
  /** State of a rule's phrase on the camera that is furthest along; undefined: unknown. */
  state(rule: Rule): PhraseState | undefined;
  /** What a phrase needs before it is calibrated. */
  readonly needs: { readonly crops: number; readonly seconds: number };
  /** Interval between looks at one track, or at one camera, s. */
  readonly everyS: { readonly track: number; readonly open: number };
}

/** Phrases of rules: whether a model can look for them, how it does, and the state of each. */
export class PhraseRules {
  readonly #options: PhraseRulesOptions;

  constructor(options: PhraseRulesOptions) {
    this.#options = options;
  }

  get needs(): { crops: number; seconds: number } {
    return { ...this.#options.needs };
  }

  /** Lanes with a model at present. */
  get lanes(): { track: boolean; open: boolean } {
    const { model } = this.#options;
    return { track: model('embed') !== undefined, open: this.#openModel() !== undefined };
  }

  /** How to get a model for phrases, for users. */
  get pull(): string {
    const entry = findCatalogueEntry(FIRST_MODEL);
    const facts = entry && ` (${entry.licence}, ${Math.round(downloadBytes(entry) / 1e6)} MB)`;
    return `\`lookout models pull ${FIRST_MODEL}\`${facts ?? ''} would let it be tried`;
  }

  /** Lane, interval and model of a rule with a phrase; undefined for one without. `model` is absent if there is none. */
  lookingOf({ trigger: { subject } }: Rule): Looking | undefined {
    if (!isPhrased(subject)) return undefined;
    const { model, everyS } = this.#options;
    const lane = subject.classes.includes('*') ? 'open' : 'track';
    const asked = lane === 'open' ? this.#openModel() : model('embed');
    return { lane, every_s: everyS[lane], ...(asked && { model: asked.name }) };
  }

  stateOf(rule: Rule): PhraseState | undefined {
    return isPhrased(rule.trigger.subject) ? this.#options.state(rule) : undefined;
  }

  /** @throws LookoutError `no_model_for_this` for a rule whose phrase no installed model can look for */
  check(rule: Rule): void {
    const looking = this.lookingOf(rule);
    if (!looking || looking.model !== undefined) return;
    const { phrase = '' } = rule.trigger.subject;
    throw new LookoutError('no_model_for_this', `No installed model can look for “${phrase}”`, {
      hint: `Download one: lookout models pull ${FIRST_MODEL}, or in the page under Settings, Models.`,
    });
  }

  #openModel(): Pick<TaskModelInfo, 'name'> | undefined {
    const { model } = this.#options;
    return model('open-detect') ?? model('embed');
  }
}
