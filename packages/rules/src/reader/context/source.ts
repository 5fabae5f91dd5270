import type { Token } from '../text/tokens.js';
import type { ClassIndex } from './classes.js';
import type { NameIndex, NameMatch } from './names.js';

/** A prompt with everything its words may refer to. */
export interface Source {
  readonly tokens: readonly Token[];
  readonly names: NameIndex;
  readonly classes: ClassIndex;
  /** How the model is called in messages. */
  readonly model: string;
  /** Names of the user's that start at a token and are meant as names there. */
  namesAt(at: number): readonly NameMatch[];
}
