import type { LineSide } from '../context/names.js';
import type { Lasting } from '../numbers/duration.js';
import type { ComparedNumber } from '../numbers/number.js';
import type { VerbForm } from '../text/inflection.js';
import type { Issue } from '../text/issue.js';
import type { Times } from '../times/schedule.js';
import type { SeverityWord } from '../words/asks.js';
import type { Preposition } from '../words/places.js';
import type { Verb } from '../words/verbs.js';

/** Token indexes, `end` exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Objects: "two people", "any vehicle", "nobody", "it". */
export interface Things extends Range {
  readonly kind: 'things';
  /** The noun itself, in the singular. */
  readonly noun: string;
  readonly classes: readonly string[];
  readonly plural: boolean;
  /** "no", "nobody": none of them. */
  readonly negative: boolean;
  /** "nobody", "no one", "nothing" rather than "no dogs". */
  readonly negativePronoun: boolean;
  /** "it", "they": something said before. */
  readonly pronoun: boolean;
  readonly count?: ComparedNumber & Range;
  /** "only": no others, or no more. */
  readonly only: boolean;
  /** "all the cars": where it says so. */
  readonly all?: Range;
  /** A participle before the noun: "parked cars". */
  readonly attribute?: VerbChunk;
  /** With "a", "an", "one" or "another". */
  readonly singular: boolean;
  readonly issues: readonly Issue[];
  readonly assumptions: readonly string[];
}

export interface VerbChunk extends Range {
  readonly kind: 'verb';
  readonly verb: Verb;
  readonly form: VerbForm | undefined;
  readonly negated: boolean;
  /** `may`: can, is allowed. `must`: must, should. */
  readonly modal?: 'may' | 'must';
  /** "is seen", "gets taken". */
  readonly passive: boolean;
  /** Has an auxiliary: "is parked" rather than "parked". */
  readonly finite: boolean;
}

/** A name with all that it may be. */
export interface PlaceName extends Range {
  readonly zone?: string;
  readonly line?: string;
  readonly camera?: string;
  /** The lines that have a side of this name. */
  readonly sides?: readonly LineSide[];
  /** Named with the word camera. */
  readonly labelled?: boolean;
  /** Several zones are written alike. */
  readonly twice: boolean;
}

export interface Place extends Range {
  readonly kind: 'place';
  readonly preposition: Preposition;
  readonly names: readonly PlaceName[];
  /** What joins several names. */
  readonly join?: 'and' | 'or';
  /** The whole view, or the place named before. */
  readonly special?: 'view' | 'there' | 'all-cameras';
  /** All its names are those of cameras, by the word camera. */
  readonly camera: boolean;
  /** Not a name: where it is in the prompt, and names that resemble it. */
  readonly unknown?: Range & { readonly about?: 'zone' | 'line' | 'camera'; readonly candidates: readonly string[] };
  readonly assumptions: readonly string[];
}

export interface Relation extends Range {
  readonly kind: 'relation';
  readonly relation: 'near' | 'without' | 'by';
  readonly things: Things;
}

export type Direction =
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'toward'
  | 'away'
  | 'forward'
  | 'backward'
  | 'any'
  | 'unknown';

export type Chunk =
  | Things
  | VerbChunk
  | Place
  | Relation
  | (Range & { readonly kind: 'direction'; readonly direction: Direction })
  | (Range & { readonly kind: 'speed'; readonly level: 'fast' | 'slow' })
  | (Range & { readonly kind: 'times'; readonly times: Times })
  | (Range & { readonly kind: 'lasting'; readonly lasting: Lasting })
  | (Range & { readonly kind: 'cooldown'; readonly seconds: number })
  | (Range & { readonly kind: 'severity'; readonly severity: SeverityWord })
  | (Range & { readonly kind: 'at-once' })
  /** "… are more than 10": how many the subject is. */
  | (Range & { readonly kind: 'count'; readonly count: ComparedNumber })
  /** Asks for the warning, or refers back to a condition. */
  | (Range & { readonly kind: 'ask' | 'back' })
  /** `when`, `if`: a condition follows. */
  | (Range & { readonly kind: 'opener' })
  /** `who`, `that`: more about the things before. */
  | (Range & { readonly kind: 'relative' })
  | (Range & { readonly kind: 'join'; readonly word: 'and' | 'or' | 'but' | ',' })
  /** The end of a sentence, or a colon. */
  | (Range & { readonly kind: 'stop'; readonly colon: boolean })
  | (Range & { readonly kind: 'except' })
  | (Range & { readonly kind: 'empty' })
  /** A reason or remark that is not used. */
  | (Range & { readonly kind: 'aside' })
  | (Range & { readonly kind: 'unknown' })
  /** Words that are refused as a whole, whatever is around them. */
  | (Range & { readonly kind: 'problem'; readonly issue: Issue });

export type ChunkKind = Chunk['kind'];
