import type { RuleSecondLook, SecondLookProblem, Verify } from '@lookout/protocol';
import { LogLimit } from '../../platform/metrics/log-limit.js';
import type { SecondLookMetrics } from '../../platform/metrics/second-look-metrics.js';
import type { KeptEvent } from '../../platform/storage/index.js';
import type { AnalysisJob, AnalysisResult } from '../analysis/analysis-job.js';
import type { ObservedFrame } from '../live/observed-frame.js';
import type { AnswerRecord } from './answer-record.js';
import { GivenAnswers } from './given-answers.js';
import { ModelFailure } from './model-failure.js';
import { type AskedMoment, controlPictures, momentOf, questionPictures } from './question-pictures.js';
import { type Outcome, STOPPED_OUTCOME } from './verified-event.js';
import type { ModelAnswer, QuestionPictures, VisionLanguageModel } from './vision-language-model.js';
import type { VlmHost, VlmSetup } from './vlm-host.js';

export interface SecondLookOptions {
  readonly host: Pick<VlmHost, 'setup' | 'check' | 'problem'>;
  /** Loads the client on first use: it and its HTTP library are slow to load. */
  model(): Promise<Pick<VisionLanguageModel, 'ask' | 'close'>>;
  readonly record: AnswerRecord;
  readonly metrics: SecondLookMetrics;
  runSoon(job: AnalysisJob): Promise<AnalysisResult>;
  /** The model can't be used; rate-limited for the log. @param count failures since the previous call */
  onFault(reason: string, count: number): void;
  /** Monotonic, ms. */
  now(): number;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
}

interface Question {
  readonly ruleId: string;
  /** Key of the rule, camera, question and tracks; undefined: no tracks. */
  readonly key: string | undefined;
  readonly verify: Verify;
  /** Undefined: there is no frame. */
  readonly moment: AskedMoment | undefined;
  readonly askedMs: number;
  /** Aborted once the question has an outcome. */
  readonly ended: AbortController;
  /** Ends the wait; further calls do nothing. */
  answer: (outcome: Outcome) => void;
  readonly tell: (outcome: Outcome) => void;
}

/** Maximum number of waiting questions, each with a frame; further ones are not asked. */
const MAX_WAITING = 16;

const PROBLEMS: Record<Exclude<SecondLookProblem, 'always_yes'>, string> = {
  not_set_up: 'no vision-language model is set up: set VLM_BASE_URL, or its address in the settings',
  not_allowed: 'the model is outside the home network, and no admin has allowed sending pictures there',
  not_found: 'the host of the model has no usable address',
};

/**
 * Asks a vision-language model about events: one question at a time, once per track of a rule, and for at most the rule's timeout.
 * Whatever the model does, every question gets an outcome, and nothing else waits for it.
 */
export class SecondLook {
  readonly #options: SecondLookOptions;
  readonly #waiting: Question[] = [];
  readonly #answers = new GivenAnswers();
  readonly #faults: LogLimit;
  #asked: Question | undefined;
  #model: Promise<Pick<VisionLanguageModel, 'ask' | 'close'>> | undefined;
  #isClosed = false;

  constructor(options: SecondLookOptions) {
    this.#options = options;
    this.#faults = new LogLimit(options.now);
    options.metrics.watch(() => this.#waiting.length);
  }

  /** Whether rules may ask for a second look. */
  get isSetUp(): boolean {
    return this.#options.host.setup !== undefined;
  }

  /** Summary of the answers to a rule's question, and why the model can't be asked at present. */
  summaryOf(ruleId: string, question: string): RuleSecondLook {
    const { host, record } = this.#options;
    const { problem } = host;
    return { ...record.summary(ruleId, question), ...(problem && { problem }) };
  }

  /**
   * Asks about a new event.
   * @param observed the frame of the event
   * @param tell called later with the outcome, and once more after a control question
   */
  ask(event: KeptEvent, verify: Verify, observed: ObservedFrame | undefined, tell: (outcome: Outcome) => void): void {
    const { now, later } = this.#options;
    const ended = new AbortController();
    const question: Question = {
      ruleId: event.rule_id,
      key: keyOf(event, verify),
      verify,
      moment: observed && momentOf(event, observed),
      askedMs: now(),
      ended,
      answer: (outcome) => {
        question.answer = () => undefined;
        cancel();
        ended.abort();
        this.#told(question, outcome);
      },
      tell,
    };
    const cancel = later(
      () => question.answer({ state: 'timed_out', error: `no answer within ${verify.timeout_s} s` }),
      verify.timeout_s * 1000,
    );
    this.#take(question);
  }

  /** Ends all questions. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const question of [...(this.#asked ? [this.#asked] : []), ...this.#waiting.splice(0)]) {
      question.answer(STOPPED_OUTCOME);
    }
    await (await this.#model)?.close();
  }

  #take(question: Question): void {
    if (this.#isClosed) question.answer(STOPPED_OUTCOME);
    else if (this.#waiting.length >= MAX_WAITING) {
      this.#options.metrics.dropped();
      question.answer({ state: 'failed', error: 'too many questions are waiting for the model' });
    } else {
      this.#waiting.push(question);
      if (!this.#asked) void this.#askAll();
    }
  }

  async #askAll(): Promise<void> {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      this.#asked = next;
      await this.#askOne(next);
      this.#asked = undefined;
    }
  }

  /** Never throws. */
  async #askOne(question: Question): Promise<void> {
    const { key, verify, moment, askedMs, ended } = question;
    if (ended.signal.aborted) return;
    const given = key === undefined ? undefined : this.#answers.get(key, askedMs);
    if (given) return question.answer(given);
    try {
      const setup = await this.#usableSetup();
      if (!moment) throw new ModelFailure('picture', 'there is no picture of the event');
      const pictures = await this.#drawn(questionPictures(moment, this.#options.runSoon));
      const { answer, evidence } = await this.#send(setup, verify.question, pictures, ended.signal);
      // A timeout has already been reported.
      if (ended.signal.aborted) return;
      const outcome = { ...outcomeOf(answer), ...(evidence && { evidence }), model: setup.model };
      const whole = { ...outcome, ms: Math.round(this.#options.now() - askedMs) };
      if (key !== undefined) this.#answers.add(key, whole, this.#options.now());
      const isControlDue = answer === 'yes' && this.#options.record.isControlDue(question.ruleId, verify.question);
      question.answer(whole);
      if (isControlDue) await this.#control(question, setup, whole);
    } catch (error) {
      if (!ended.signal.aborted) question.answer({ state: 'failed', error: this.#failed(error) });
    }
  }

  /** Asks the same question about an empty part of the frame, with the same timeout. */
  async #control({ verify, moment, tell }: Question, setup: VlmSetup, outcome: Outcome): Promise<void> {
    const ended = new AbortController();
    const cancel = this.#options.later(() => ended.abort(), verify.timeout_s * 1000);
    try {
      const pictures = moment && (await this.#drawn(controlPictures(moment, this.#options.runSoon)));
      if (!pictures) return;
      const { answer } = await this.#send(setup, verify.question, pictures, ended.signal);
      this.#options.metrics.controlled(answer);
      tell({ ...outcome, control: answer });
    } catch (error) {
      if (!ended.signal.aborted) this.#failed(error);
    } finally {
      cancel();
    }
  }

  async #usableSetup(): Promise<VlmSetup> {
    const { host } = this.#options;
    const problem = await host.check();
    if (problem && problem !== 'always_yes') throw new ModelFailure(problem, PROBLEMS[problem]);
    const { setup } = host;
    if (!setup) throw new ModelFailure('not_set_up', PROBLEMS.not_set_up);
    return setup;
  }

  async #drawn<T>(drawing: Promise<T>): Promise<T> {
    try {
      return await drawing;
    } catch (cause) {
      throw new ModelFailure('picture', 'the picture of the event could not be made', { cause });
    }
  }

  async #send(
    setup: VlmSetup,
    question: string,
    pictures: QuestionPictures,
    signal: AbortSignal,
  ): Promise<ModelAnswer> {
    this.#model ??= this.#options.model();
    return (await this.#model).ask(setup, question, pictures, signal);
  }

  /** @returns the reason, human-readable */
  #failed(error: unknown): string {
    const failure =
      error instanceof ModelFailure ? error : new ModelFailure('internal', 'internal error', { cause: error });
    this.#options.metrics.failed(failure.fault);
    this.#log(failure.message);
    return failure.message;
  }

  #log(reason: string): void {
    const count = this.#faults.count();
    if (count !== undefined) this.#options.onFault(reason, count);
  }

  #told({ askedMs, tell }: Question, outcome: Outcome): void {
    const { metrics, now } = this.#options;
    metrics.ended(outcome.state, (now() - askedMs) / 1000);
    if (outcome.state === 'timed_out') this.#log(outcome.error ?? '');
    tell(outcome);
  }
}

function outcomeOf(answer: ModelAnswer['answer']): Pick<Outcome, 'state'> {
  return { state: ({ yes: 'confirmed', no: 'rejected', unsure: 'unsure' } as const)[answer] };
}

/** Questions with the same key are asked once; undefined: no tracks. */
function keyOf({ rule_id, camera, tracks }: KeptEvent, { question }: Verify): string | undefined {
  if (tracks.length === 0) return undefined;
  const ids = tracks.map(({ track_id }) => track_id).sort((a, b) => a - b);
  return JSON.stringify([rule_id, camera, question, ids]);
}
