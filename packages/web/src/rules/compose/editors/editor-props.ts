import type { Camera } from '@lookout/protocol';
import type { Edits, PartValues } from '../../model/parts.js';
import type { Place } from '../../model/places.js';

/** What the editors of all parts get. */
export interface EditorProps {
  /** The whole rule, with what was changed so far. */
  parts: PartValues;
  onChange: (change: Edits) => void;
  cameras: readonly Camera[];
  places: readonly Place[];
  /** Names of what the model can see. */
  classes: readonly string[];
}
