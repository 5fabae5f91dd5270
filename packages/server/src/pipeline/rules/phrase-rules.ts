import { type Looking, LookoutError, type PhraseState, type Rule } from '@lookout/protocol';
import { isPhrased } from '@lookout/rules';
import type { OtherTask, TaskModelInfo } from '@lookout/vision';
import { downloadBytes, findCatalogueEntry } from '@lookout/vision/models';

/** A model to begin with. */
const FIRST_MODEL = 'tinyclip-8m';

export interface PhraseRulesOptions {
  model(task: OtherTask): Pick<TaskModelInfo, 'name'> | undefined;
  /** Of a rule with a phrase, on the camera that is furthest; undefined: not known. */
  state(rule: Rule): PhraseState | undefined;
  /** What a phrase needs before it is calibrated. */
  readonly needs: { readonly crops: number; readonly seconds: number };
  /** Time between two looks at one track, or at one camera, s. */
  readonly everyS: { readonly track: number; readonly open: number };
}

/** What rules need to know of phrases: whether a model can be asked for them, how it looks, and how far each is. */
export class PhraseRules {
  readonly #options: PhraseRulesOptions;

  constructor(options: PhraseRulesOptions) {
    this.#options = options;
  }

  get needs(): { crops: number; seconds: number } {
    return { ...this.#options.needs };
  }

  /** Which descriptions can be looked for at present. */
  get lanes(): { track: boolean; open: boolean } {
    const { model } = this.#options;
    return { track: model('embed') !== undefined, open: this.#openModel() !== undefined };
  }

  /** What would let descriptions be tried, in words for people. */
  get pull(): string {
    const entry = findCatalogueEntry(FIRST_MODEL);
    const facts = entry && ` (${entry.licence}, ${Math.round(downloadBytes(entry) / 1e6)} MB)`;
    return `\`lookout models pull ${FIRST_MODEL}\`${facts ?? ''} would let it be tried`;
  }

  /** How a rule with a phrase is looked for; undefined for one without. Names no model where there is none. */
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

  /** @throws LookoutError `no_model_for_this` for a rule whose phrase no model can be asked for */
  check(rule: Rule): void {
    const looking = this.lookingOf(rule);
    if (!looking || looking.model !== undefined) return;
    const { phrase = '' } = rule.trigger.subject;
    throw new LookoutError('no_model_for_this', `There is no model here that can be asked for “${phrase}”`, {
      hint: `Download one: lookout models pull ${FIRST_MODEL}, or in the page under Settings, Models.`,
    });
  }

  #openModel(): Pick<TaskModelInfo, 'name'> | undefined {
    const { model } = this.#options;
    return model('open-detect') ?? model('embed');
  }
}
