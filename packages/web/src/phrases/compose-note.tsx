import type { Interpretation } from '@lookout/protocol';
import { GraduationCap } from 'lucide-react';
import { phraseWords } from '../strings/phrases.js';
import { LookingText } from './looking-text.js';

const words = phraseWords.compose;

export interface ComposeNoteProps {
  phrases: readonly string[];
  calibration: NonNullable<Extract<Interpretation, { status: 'ok' }>['calibration']>;
}

/** What a rule with a description needs before it warns. */
export default function ComposeNote({ phrases, calibration: { needs, looking } }: ComposeNoteProps) {
  return (
    <div className="flex items-start gap-3 rounded-[12px] bg-sunken px-3.5 py-3 text-13">
      <GraduationCap size={18} aria-hidden="true" className="mt-0.5 shrink-0" />
      <div className="grid min-w-0 gap-1">
        {phrases.map((phrase) => (
          <p key={phrase} className="text-pretty break-words">
            {words.text(phrase)}
          </p>
        ))}
        <p className="text-muted">
          {words.needs(needs.crops, Math.ceil(needs.seconds / 60))} <LookingText looking={looking} />
        </p>
      </div>
    </div>
  );
}
