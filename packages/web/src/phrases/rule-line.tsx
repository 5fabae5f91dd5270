import type { PhraseState, StoredRule } from '@lookout/protocol';
import { useState } from 'react';
import { phraseWords } from '../strings/phrases.js';
import { TONES, type Tone } from '../ui/badge.js';
import { CalibrationDialog } from './calibration-dialog.js';
import { LookingText } from './looking-text.js';
import { NEEDED_CROPS, useCalibration } from './queries.js';

const STATE_TONES: Record<PhraseState, Tone> = { calibrating: 'warn', armed: 'good', untested: 'warn', refused: 'bad' };

/** State of a rule's description, and how it is looked for. */
export default function RuleLine({ rule }: { rule: StoredRule }) {
  const [isOpen, setOpen] = useState(false);
  const { state = 'calibrating', looking } = rule;
  const { data } = useCalibration(rule.id, undefined, state === 'calibrating');
  return (
    <span className="mt-1 block">
      <span className={`font-medium ${TONES[STATE_TONES[state]]}`}>{stateText(state, data?.needs?.crops)}</span>{' '}
      {looking && <LookingText looking={looking} />}{' '}
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="font-medium text-accent-text pointer-coarse:-my-3 pointer-coarse:py-3 hover:underline"
      >
        {state === 'refused' ? phraseWords.why : phraseWords.details}
      </button>
      {isOpen && <CalibrationDialog rule={rule} onClose={() => setOpen(false)} />}
    </span>
  );
}

/** @param missing crops that it still needs */
function stateText(state: PhraseState, missing: number | undefined): string {
  if (state !== 'calibrating' || missing === undefined) return phraseWords.states[state];
  return phraseWords.states.learning(Math.max(0, NEEDED_CROPS - missing), NEEDED_CROPS);
}
