import type { RuleEvent, RuleSecondLook, Verification } from '@lookout/protocol';

type Answered = Pick<Verification, 'question' | 'state' | 'control'>;

/** The newest answers of a rule that count. */
export const MAX_RECORDED = 50;
/** With fewer control questions nothing is concluded from them. */
const MIN_CONTROLS = 3;
/** After the first few, one control question for so many yeses. */
const YESES_PER_CONTROL = 5;

/**
 * What the model has answered about the newest events of each rule, those of other nodes too. A model that says yes to everything is noticed
 * by control questions: the same question about an empty part of the same picture, now and then after a yes.
 */
export class AnswerRecord {
  /** By rule, then by event, oldest first. */
  readonly #rules = new Map<string, Map<string, Answered>>();

  /** An event as it is now. */
  note({ id, rule_id, verification }: Pick<RuleEvent, 'id' | 'rule_id' | 'verification'>): void {
    if (!verification || verification.state === 'pending') return;
    const answers = this.#rules.get(rule_id) ?? new Map<string, Answered>();
    this.#rules.set(rule_id, answers);
    const { question, state, control } = verification;
    answers.set(id, { question, state, ...(control && { control }) });
    for (const oldest of answers.keys()) {
      if (answers.size <= MAX_RECORDED) break;
      answers.delete(oldest);
    }
  }

  forgetRule(id: string): void {
    this.#rules.delete(id);
  }

  /** Whether a yes, that is not noted yet, should be followed by a control question. */
  isControlDue(ruleId: string, question: string): boolean {
    const answers = this.#answersOf(ruleId, question);
    if (answers.filter(({ control }) => control).length < MIN_CONTROLS) return true;
    const since = answers.slice(answers.findLastIndex(({ control }) => control) + 1);
    return since.filter(({ state }) => state === 'confirmed').length >= YESES_PER_CONTROL - 1;
  }

  summary(ruleId: string, question: string): RuleSecondLook {
    const answers = this.#answersOf(ruleId, question);
    const controls = answers.filter(({ control }) => control);
    const controlsYes = controls.filter(({ control }) => control === 'yes').length;
    const isAlwaysYes = controls.length >= MIN_CONTROLS && controlsYes > controls.length / 2;
    return {
      answers: answers.filter(({ state }) => state === 'confirmed' || state === 'rejected' || state === 'unsure')
        .length,
      confirmed: answers.filter(({ state }) => state === 'confirmed').length,
      controls: controls.length,
      controls_yes: controlsYes,
      ...(isAlwaysYes && { problem: 'always_yes' as const }),
    };
  }

  #answersOf(ruleId: string, question: string): Answered[] {
    return [...(this.#rules.get(ruleId)?.values() ?? [])].filter((answer) => answer.question === question);
  }
}
