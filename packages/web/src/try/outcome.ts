import { LookoutError, RequestError } from '@lookout/client';
import type { ErrorCode, Model } from '@lookout/protocol';
import { tryWords } from '../strings/try.js';

const words = tryWords.problems;

/** Where the milliseconds of a call were spent. */
export interface Timing {
  /** Transfer to the server and back: all time outside the server. */
  uploadMs: number;
  /** In the server before and after the model: waiting for a worker, decoding, preparation. */
  waitMs: number;
  inferenceMs: number;
  /** As measured by the caller. */
  totalMs: number;
}

/**
 * Splits the duration of a call into the parts that its answer states.
 * @param totalMs measured here @param processingMs from the picture's arrival to its result @param inferenceMs the model only
 * @returns parts that are never negative, since the clocks are different
 */
export function timingOf(totalMs: number, processingMs: number, inferenceMs: number): Timing {
  return {
    uploadMs: Math.max(0, totalMs - processingMs),
    waitMs: Math.max(0, processingMs - inferenceMs),
    inferenceMs,
    totalMs,
  };
}

/** Why a call failed, in words for a user who sent a picture by hand. */
export interface TryProblem {
  title: string;
  advice: string;
}

/** A problem that was found by the page itself. */
export class TryError extends Error {
  readonly problem: TryProblem;

  constructor(problem: TryProblem, options?: ErrorOptions) {
    super(problem.title, options);
    this.problem = problem;
  }
}

const TITLES: Partial<Record<ErrorCode, string>> = {
  frame_too_large: words.tooLarge,
  payload_too_large: words.tooLarge,
  too_many_requests: words.busy,
  unavailable: words.away,
  validation_failed: words.settings,
};

/** @param error thrown by the SDK or while opening a picture */
export function explainError(error: unknown): TryProblem {
  if (error instanceof TryError) return error.problem;
  if (!(error instanceof LookoutError)) {
    return { title: words.failed, advice: error instanceof Error ? error.message : String(error) };
  }
  const { code, hint = '' } = error;
  const said = sentence(error.message);
  switch (code) {
    case 'unsupported_media_type':
    case 'frame_invalid':
      return { title: words.noPicture, advice: hint || words.formats };
    case 'unauthorized':
    case 'forbidden':
      return { title: words.refused, advice: hint || words.signIn };
    case 'too_many_requests':
      return { title: words.busy, advice: `${said} ${words.again}` };
    default:
      if (isAboutPicture(error)) return { title: words.noPicture, advice: said };
      return { title: TITLES[code as ErrorCode] ?? words.failed, advice: `${said} ${hint}`.trim() };
  }
}

function isAboutPicture(error: LookoutError): boolean {
  return error instanceof RequestError && error.fields.some(({ field }) => field === 'image_data');
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Why a model can't be asked. @param name absent: the server's default @param models undefined until they are known */
export function modelProblem(name: string | undefined, models: readonly Model[] | undefined): TryProblem | undefined {
  if (name === undefined || !models) return undefined;
  const model = models.find((each) => each.name === name);
  if (!model) return { title: words.noModel(name), advice: words.chooseModel };
  if (model.unusable === undefined) return undefined;
  return { title: words.unusableModel(name), advice: `${sentence(model.unusable)} ${words.chooseModel}` };
}
