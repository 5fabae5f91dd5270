import type { SecondLookProblem } from '@lookout/protocol';

export type ModelFault =
  | Exclude<SecondLookProblem, 'always_yes'>
  | 'unreachable'
  | 'status'
  | 'redirect'
  | 'too_long'
  | 'unreadable'
  | 'picture'
  | 'internal';

/** Why there is no answer. Never contains data sent by the server. */
export class ModelFailure extends Error {
  constructor(
    readonly fault: ModelFault,
    /** Human-readable. */
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
