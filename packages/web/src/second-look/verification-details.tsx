import type { Verification } from '@lookout/protocol';
import { numberText } from '../lib/form.js';
import { secondLookWords } from '../strings/second-look.js';
import { Warning } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import VerificationNote from './verification-note.js';

const words = secondLookWords.event;

/** The second look at an event. The model's text is quoted: it can be wrong, or dictated by the picture. */
export default function VerificationDetails({ verification }: { verification: Verification }) {
  const { question, evidence, ms, error, held, lowered_from: before, control } = verification;
  return (
    <Panel title={secondLookWords.title}>
      <div className="grid gap-2 text-pretty" aria-live="polite">
        <VerificationNote verification={verification} />
        <p className="text-13 break-words text-muted">{words.asked(question)}</p>
        {evidence !== undefined && (
          <blockquote className="border-l-2 border-line-strong pl-3">
            <p className="break-words">{words.says(evidence)}</p>
            <p className="text-12 text-muted">{words.byModel}</p>
          </blockquote>
        )}
        {error !== undefined && <p className="break-words">{words.why(error)}</p>}
        {before !== undefined && <p>{words.lowered[before]}</p>}
        {control === 'yes' && <Warning>{words.control.yes}</Warning>}
        <p className="text-12 text-muted">
          {[
            ms !== undefined && words.took(numberText(Math.round(ms / 100) / 10)),
            held && words.held,
            control !== undefined && control !== 'yes' && words.control[control],
          ]
            .filter(Boolean)
            .join(' ')}
        </p>
      </div>
    </Panel>
  );
}
