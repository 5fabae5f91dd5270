import type { RuleEvent, RuleSecondLook, Verification } from '@lookout/protocol';

type Answered = Pick<Verification, 'question' | 'state' | 'control'>;

/** Answers kept per rule: the newest. */
export const MAX_RECORDED = 50;
/** Control questions needed before anything is concluded from them. */
const MIN_CONTROLS = 3;
/** After the first `MIN_CONTROLS`, one control question for this many yeses. */
const YESES_PER_CONTROL = 5;

/**
 * The model's answers about the newest events of each rule, including those of other nodes. Control questions expose a model that says yes
 * to everything: now and then after a yes, the same question is asked about an empty part of the same frame.
 */
export class AnswerRecord {
  /** By rule, then by event, oldest first. */
  readonly #rules = new Map<string, Map<string, Answered>>();

  /** Records the current state of an event. */
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

  /** Whether a yes that is not yet noted should be followed by a control question. */
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
