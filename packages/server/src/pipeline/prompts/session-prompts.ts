import { LookoutError, type PromptedDetection, type PromptsAnswer } from '@lookout/protocol';
import type { PromptedImage, PromptFinder, PromptQuestion } from './prompt-finder.js';

export interface SessionPromptsOptions {
  readonly finder: Pick<PromptFinder, 'find' | 'model'>;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
}

export interface PromptedFrame {
  readonly detections: PromptedDetection[];
  readonly prompts: PromptsAnswer;
}

/** After this, a frame is answered without prompts: live video has moved on. */
const TIMEOUT_MS = 10_000;

/** The prompts of one session. One frame at a time is searched; the others are answered without prompts. */
export class SessionPrompts {
  readonly #options: SessionPromptsOptions;
  #isBusy = false;

  constructor(options: SessionPromptsOptions) {
    this.#options = options;
  }

  /** Resolves within 10 s, whatever the model does; at once if it is busy. */
  async ask(image: PromptedImage, question: PromptQuestion): Promise<PromptedFrame> {
    const { finder } = this.#options;
    let about: Pick<PromptsAnswer, 'task' | 'model'>;
    try {
      const { task, name } = finder.model;
      about = { task: task === 'embed' ? task : 'open-detect', model: name };
    } catch (error) {
      return without(image, { task: null, model: null }, 'failed', (error as Error).message);
    }
    if (this.#isBusy) return without(image, about, 'skipped', 'The model is busy with an earlier frame');
    this.#isBusy = true;
    const gone = new AbortController();
    // A running search can't be stopped: it continues after the timeout, and frames are skipped until it ends.
    const found = finder
      .find(image, question, { priority: about.task === 'embed' ? 'track' : 'open', signal: gone.signal })
      .then(
        ({ detections, task, model }): PromptedFrame => ({ detections, prompts: { state: 'answered', task, model } }),
        (error: unknown) => without(image, about, stateOf(error), (error as Error).message),
      )
      .finally(() => {
        this.#isBusy = false;
      });
    let cancel = () => {};
    const tooLate = new Promise<PromptedFrame>((resolve) => {
      cancel = this.#options.later(() => {
        gone.abort(new Error('The search timed out'));
        resolve(without(image, about, 'skipped', `The model took longer than ${TIMEOUT_MS / 1000} s`));
      }, TIMEOUT_MS);
    });
    try {
      return await Promise.race([found, tooLate]);
    } finally {
      cancel();
    }
  }
}

function stateOf(error: unknown): PromptsAnswer['state'] {
  return error instanceof LookoutError && error.code === 'too_many_requests' ? 'skipped' : 'failed';
}

function without(
  { detections }: PromptedImage,
  about: Pick<PromptsAnswer, 'task' | 'model'>,
  state: PromptsAnswer['state'],
  reason: string,
): PromptedFrame {
  return { detections: [...detections], prompts: { state, ...about, reason } };
}
