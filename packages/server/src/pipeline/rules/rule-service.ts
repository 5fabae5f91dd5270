import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  type Interpretation,
  type InterpretRequest,
  LookoutError,
  Mode,
  type ModeState,
  type NewRule,
  type Rule,
  type RulePatch,
  type StoredRule,
} from '@lookout/protocol';
import { interpret, summarise } from '@lookout/rules';
import { type KeptRule, type RuleRepository, Turns } from '../../platform/storage/index.js';
import type { EventBus } from '../bus/event-bus.js';
import type { SecondLook } from '../second-look/second-look.js';
import { checkRule, isAbout, type RuleHelp, ruleWarning } from './check-rule.js';
import type { LanguageModel } from './language-model.js';
import type { PhraseRules } from './phrase-rules.js';
import { contextOf, type NamedCamera, type NamedModel, withCameraIds, withCameraNames } from './rule-context.js';
import type { WatchedRule } from './rule-watch.js';

/** How often a rule fired lately. */
export type RuleCounts = Pick<StoredRule, 'last_event_at' | 'events_24h' | 'wrong_24h'>;

/** What a caller may do with rules. */
export interface RuleAccess {
  /** Whether it may know of a camera. */
  isVisible(cameraId: string): boolean;
  /** @throws LookoutError `forbidden` if it may not have, change or remove this rule */
  check(rule: Rule): void;
}

export interface RuleServiceOptions {
  store: RuleRepository;
  /** By rule id. @param sinceMs of the events that count, Unix epoch ms */
  counts(sinceMs: number): Promise<ReadonlyMap<string, RuleCounts>>;
  cameras(): readonly NamedCamera[];
  model(): NamedModel;
  bus: EventBus;
  /** IANA name; it can change. */
  readonly timezone: string;
  /** Helps with sentences that the reader refuses; absent: none is configured. */
  languageModel?: Pick<LanguageModel, 'suggest'> | undefined;
  /** Absent: rules can't ask for a second look. */
  secondLook?: Pick<SecondLook, 'isSetUp' | 'summaryOf'> | undefined;
  /** Absent: phrases are not supported. */
  phrases?: PhraseRules | undefined;
  /** Unix epoch ms. */
  now(): number;
  /** Rules or the mode changed: what is watched for may be another. */
  onChange(): void;
}

const MAX_RULES = 200;
const DAY_MS = 86_400_000;

/** The rules of this server: read from sentences or given, kept, and switched on and off. */
export class RuleService {
  readonly #options: RuleServiceOptions;
  /** By id, oldest first. */
  readonly #rules: Map<string, KeptRule>;
  readonly #turns = new Turns();
  #mode: Mode;

  private constructor(options: RuleServiceOptions, rules: readonly KeptRule[], mode: Mode) {
    this.#options = options;
    this.#rules = new Map(rules.map((rule) => [rule.id, rule]));
    this.#mode = mode;
  }

  static async open(options: RuleServiceOptions): Promise<RuleService> {
    const [rules, mode] = await Promise.all([options.store.list(), options.store.mode()]);
    return new RuleService(options, rules, mode ?? 'home');
  }

  /** All rules as they are kept, oldest first. */
  all(): readonly KeptRule[] {
    return [...this.#rules.values()];
  }

  get mode(): ModeState {
    return { mode: this.#mode };
  }

  async list(): Promise<StoredRule[]> {
    const counts = await this.#options.counts(this.#options.now() - DAY_MS);
    return this.all().map((rule) => this.#view(rule, counts));
  }

  /** @throws LookoutError `not_found` */
  async get(id: string): Promise<StoredRule> {
    const rule = this.find(id);
    return this.#view(rule, await this.#options.counts(this.#options.now() - DAY_MS));
  }

  /** Undefined if there is no such rule. */
  peek(id: string): KeptRule | undefined {
    return this.#rules.get(id);
  }

  /** @throws LookoutError `not_found` */
  find(id: string): KeptRule {
    const rule = this.#rules.get(id);
    if (!rule) throw new LookoutError('not_found', `There is no rule "${id.slice(0, 64)}"`);
    return rule;
  }

  /**
   * How a sentence is understood, or a rule put into words. Nothing is kept.
   * @param isVisible whether the caller may know of a camera; default: of all
   */
  interpret(request: InterpretRequest, isVisible: (id: string) => boolean = () => true): Interpretation {
    if ('rule' in request) {
      const { rule } = request;
      const summary = this.#summaryOf(rule);
      return this.#withTimezone(
        this.#withCalibration({ status: 'ok', rules: [rule], summary, assumptions: [], spans: [] }),
      );
    }
    const cameras = this.#options.cameras().filter(({ id }) => isVisible(id));
    const own = contextOf(cameras, this.#options.model());
    const given = request.context ?? {};
    const { phrases } = this.#options;
    const options = phrases && { phrases: phrases.lanes, pull: phrases.pull };
    const read = this.#withCalibration(interpret(request.prompt, { ...own, ...given }, options));
    return this.#withTimezone(given.cameras === undefined ? withCameraIds(read, cameras) : read);
  }

  /** As `interpret`; a refused sentence may come with a suggestion of the language model, to be confirmed by the user. */
  async interpretWithHelp(request: InterpretRequest, isVisible: (id: string) => boolean): Promise<Interpretation> {
    const { languageModel, cameras, model } = this.#options;
    const read = this.interpret(request, isVisible);
    if (read.status !== 'unsupported' || !languageModel || 'rule' in request) return read;
    const visible = cameras().filter(({ id }) => isVisible(id));
    const context = { ...contextOf(visible, model()), ...request.context };
    const suggestion = await languageModel.suggest(request.prompt, context, {
      isPossible: (rule) => isPossible(rule, visible, model(), this.#help),
      summarise,
    });
    return suggestion ? { ...read, suggestion } : read;
  }

  /** The rules of a sentence, or one rule, if they could fire. @throws as `create` */
  read(given: NewRule, access: RuleAccess): { rules: Rule[]; assumptions: string[] } {
    if (!('rule' in given)) return this.#readSentence(given.prompt, access);
    this.#check(given.rule, access.check);
    return { rules: [given.rule], assumptions: [] };
  }

  /**
   * Keeps the rules of a sentence, or one rule, and watches for them at once.
   * @throws UnreadRuleError, LookoutError `validation_failed`, `conflict` for too many; `forbidden`
   */
  create(given: NewRule, access: RuleAccess): Promise<StoredRule[]> {
    return this.#turns.take(async () => {
      const { rules, assumptions } = this.read(given, access);
      if (this.#rules.size + rules.length > MAX_RULES) {
        throw new LookoutError('conflict', `A server has at most ${MAX_RULES} rules`, { hint: 'Remove some first.' });
      }
      const kept = rules.map(
        (rule): KeptRule => ({
          id: randomBytes(8).toString('hex'),
          prompt: given.prompt ?? null,
          rule,
          summary: this.#summaryOf(rule),
          assumptions,
          enabled: true,
          snoozed_until: null,
          modes: given.modes ?? [...Mode.options],
          created_at: this.#options.now(),
        }),
      );
      await this.#options.store.insert(kept);
      for (const rule of kept) this.#rules.set(rule.id, rule);
      return kept.map((rule) => this.#announce('created', rule));
    });
  }

  /**
   * Takes effect at once.
   * @throws LookoutError `not_found`, `validation_failed`, `forbidden`; UnreadRuleError
   */
  update(id: string, patch: RulePatch, access: RuleAccess): Promise<StoredRule> {
    return this.#turns.take(async () => {
      const before = this.find(id);
      access.check(before.rule);
      const { enabled, snoozed_until, modes } = patch;
      const changed: KeptRule = {
        ...before,
        ...this.#reread(before, patch, access),
        ...(enabled !== undefined && { enabled }),
        ...(snoozed_until !== undefined && { snoozed_until }),
        ...(modes !== undefined && { modes }),
      };
      await this.#options.store.update(changed);
      this.#rules.set(id, changed);
      this.#announce('changed', changed);
      return this.get(id);
    });
  }

  /** Its events stay. @throws LookoutError `not_found`, `forbidden` */
  remove(id: string, access: RuleAccess): Promise<void> {
    return this.#turns.take(async () => {
      const rule = this.find(id);
      access.check(rule.rule);
      await this.#options.store.remove(id);
      this.#rules.delete(id);
      this.#announce('deleted', rule);
    });
  }

  /** Tells clients that the phrases of these rules have changed state. */
  async phrasesChanged(ids: readonly string[]): Promise<void> {
    for (const id of ids)
      if (this.peek(id)) this.#options.bus.emit('rule', { kind: 'changed', rule: await this.get(id) });
  }

  setMode({ mode }: ModeState): Promise<ModeState> {
    return this.#turns.take(async () => {
      await this.#options.store.setMode(mode);
      const isNew = this.#mode !== mode;
      this.#mode = mode;
      if (isNew) {
        this.#options.onChange();
        this.#options.bus.emit('mode', this.mode);
      }
      return this.mode;
    });
  }

  /** Takes over what is stored now, by whichever node. @throws LookoutError `storage_failed` */
  reload(): Promise<void> {
    return this.#turns.take(async () => {
      const { store, bus, onChange } = this.#options;
      const [rules, mode = 'home'] = await Promise.all([store.list(), store.mode()]);
      const before = new Map(this.#rules);
      this.#rules.clear();
      for (const rule of rules) this.#rules.set(rule.id, rule);
      for (const rule of rules) {
        const known = before.get(rule.id);
        if (!known) this.#announce('created', rule);
        else if (!isDeepStrictEqual(known, rule)) this.#announce('changed', rule);
      }
      for (const rule of before.values()) if (!this.#rules.has(rule.id)) this.#announce('deleted', rule);
      if (this.#mode === mode) return;
      this.#mode = mode;
      onChange();
      bus.emit('mode', this.mode);
    });
  }

  /** Whether a rule fires nothing at a time. @param timeMs Unix epoch ms */
  isSilent({ enabled, snoozed_until, modes }: WatchedRule, timeMs: number): boolean {
    return !enabled || (snoozed_until !== null && timeMs < snoozed_until) || !modes.includes(this.#mode);
  }

  /** Ids of the rules that refer to one of these zones or lines of a camera. */
  rulesNaming(cameraId: string, names: { zones: readonly string[]; lines: readonly string[] }): string[] {
    return this.all()
      .filter(({ rule }) => isAbout(rule, cameraId, names))
      .map(({ id }) => id);
  }

  /** Ids of the rules that name a camera. */
  rulesOf(cameraId: string): string[] {
    return this.all()
      .filter(({ rule }) => rule.cameras !== 'all' && rule.cameras.includes(cameraId))
      .map(({ id }) => id);
  }

  #readSentence(prompt: string, { isVisible, check }: RuleAccess): { rules: Rule[]; assumptions: string[] } {
    const interpretation = this.interpret({ prompt }, isVisible);
    if (interpretation.status !== 'ok') throw new UnreadRuleError(interpretation);
    for (const rule of interpretation.rules) this.#check(rule, check);
    return interpretation;
  }

  get #help(): RuleHelp {
    const { secondLook, phrases } = this.#options;
    return { hasSecondLook: secondLook?.isSetUp ?? false, phrases };
  }

  #check(rule: Rule, check: RuleAccess['check']): void {
    checkRule(rule, this.#options.cameras(), this.#options.model(), this.#help);
    check(rule);
  }

  /** What changes of a rule when it, or the sentence behind it, is replaced. */
  #reread(before: KeptRule, { rule, prompt }: RulePatch, access: RuleAccess): Partial<KeptRule> {
    if (rule !== undefined) {
      this.#check(rule, access.check);
      const summary = this.#summaryOf(rule);
      if (prompt !== undefined) return { rule, prompt, summary, assumptions: [] };
      // Severity, cooldown and second look are not part of the sentence.
      const { severity, cooldown_s, verify } = rule;
      const { verify: _, ...condition } = before.rule;
      const isSameCondition = isDeepStrictEqual(
        { ...condition, severity, cooldown_s, ...(verify && { verify }) },
        rule,
      );
      return isSameCondition ? { rule, summary } : { rule, summary, prompt: null, assumptions: [] };
    }
    if (prompt === undefined) return {};
    const { rules, assumptions } = this.#readSentence(prompt, access);
    const [only, ...others] = rules;
    if (only === undefined || others.length > 0) {
      throw new LookoutError('validation_failed', `prompt: expected one rule, got ${rules.length}`, {
        hint: 'Save the sentence as new rules, and remove this one.',
      });
    }
    return { rule: only, prompt, summary: this.#summaryOf(only), assumptions };
  }

  #summaryOf(rule: Rule): string {
    return summarise([withCameraNames(rule, this.#options.cameras())]);
  }

  /** Adds what a phrase needs before its rule is armed. */
  #withCalibration(interpretation: Interpretation): Interpretation {
    const { phrases } = this.#options;
    if (interpretation.status !== 'ok' || !phrases) return interpretation;
    const looking = interpretation.rules.map((rule) => phrases.lookingOf(rule)).find((one) => one !== undefined);
    return looking ? { ...interpretation, calibration: { needs: phrases.needs, looking } } : interpretation;
  }

  #withTimezone(interpretation: Interpretation): Interpretation {
    const hasSchedule = interpretation.status === 'ok' && interpretation.rules.some(({ schedule }) => schedule);
    return hasSchedule ? { ...interpretation, timezone: this.#options.timezone } : interpretation;
  }

  #announce(kind: 'created' | 'changed' | 'deleted', kept: KeptRule): StoredRule {
    this.#options.onChange();
    const rule = this.#view(kept, new Map());
    this.#options.bus.emit('rule', { kind, rule });
    return rule;
  }

  #view(rule: KeptRule, counts: ReadonlyMap<string, RuleCounts>): StoredRule {
    const { verify } = rule.rule;
    const { phrases } = this.#options;
    const [state, looking] = [phrases?.stateOf(rule.rule), phrases?.lookingOf(rule.rule)];
    const noModel = looking && looking.model === undefined ? 'No installed model can look for it.' : undefined;
    const warning = ruleWarning(rule.rule, this.#options.cameras(), this.#options.model()) ?? noModel;
    const secondLook = verify && this.#options.secondLook?.summaryOf(rule.id, verify.question);
    const none: RuleCounts = { last_event_at: null, events_24h: 0, wrong_24h: 0 };
    return {
      ...rule,
      ...(counts.get(rule.id) ?? none),
      ...(state && { state }),
      ...(looking && { looking }),
      ...(secondLook && { second_look: secondLook }),
      ...(warning !== undefined && { warning }),
    };
  }
}

function isPossible(rule: Rule, cameras: readonly NamedCamera[], model: NamedModel, help: RuleHelp): boolean {
  try {
    checkRule(rule, cameras, model, help);
    return true;
  } catch (error) {
    if (error instanceof LookoutError) return false;
    throw error;
  }
}

/** A sentence that states no complete rule. */
export class UnreadRuleError extends LookoutError {
  constructor(readonly interpretation: Exclude<Interpretation, { status: 'ok' }>) {
    super('rule_not_understood', reasonOf(interpretation), {
      hint: 'POST /api/rules/interpret shows what was understood.',
    });
  }
}

function reasonOf(interpretation: Exclude<Interpretation, { status: 'ok' }>): string {
  if (interpretation.status === 'needs_input') return interpretation.questions.map(({ text }) => text).join(' ');
  return interpretation.reasons.map(({ phrase, why }) => `“${phrase}”: ${why}`).join('; ');
}
