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

/** Why there is no answer. Never contains what the server sent. */
export class ModelFailure extends Error {
  constructor(
    readonly fault: ModelFault,
    /** For people. */
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
