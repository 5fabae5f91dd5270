import type { Reason, Suggestion } from '@lookout/protocol';
import { Ban, Eye, ShieldCheck, Sparkles } from 'lucide-react';
import { useId, useState } from 'react';
import { t } from '../../strings/index.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';

const words = t.compose.refusal;

export interface RefusalPanelProps {
  reason: Reason;
  classes: readonly string[];
  onTakeOut: () => void;
  /** @param words in place of the phrase */
  onSayInstead: (words: string) => void;
}

/** A phrase that no rule can express, why, and what can be done about it. */
export function RefusalPanel({ reason, classes, onTakeOut, onSayInstead }: RefusalPanelProps) {
  const id = useId();
  const [isListOpen, setListOpen] = useState(false);
  return (
    <section
      aria-labelledby={id}
      className="flex items-start gap-3.5 rounded-lg border border-line bg-surface p-5 shadow-1"
    >
      <Ban size={22} aria-hidden="true" className="mt-0.5 shrink-0 text-bad" />
      <div className="min-w-0">
        <h2 id={id} className="text-20 break-words">
          {words.title(reason.phrase)}
        </h2>
        <p className="mt-1 max-w-[60ch] text-pretty text-muted">{words.because(reason.why)}</p>
        {reason.suggestions.filter(isCommand).map((suggestion) => (
          <p key={suggestion} className="mt-1 max-w-[60ch] text-pretty text-muted">
            {suggestion.replaceAll('`', '')}.
          </p>
        ))}
        <div className="mt-4 flex flex-wrap gap-2">
          {reason.suggestions
            .filter((one) => isPhrase(one) && !isCommand(one))
            .map((suggestion) => (
              <Button key={suggestion} onClick={() => onSayInstead(suggestion)}>
                {words.instead(suggestion)}
              </Button>
            ))}
          <Button onClick={onTakeOut} className="h-auto whitespace-normal">
            {words.takeOut(reason.phrase)}
          </Button>
          <Button variant="ghost" onClick={() => setListOpen(true)}>
            <Eye size={15} aria-hidden="true" />
            {words.whatItSees}
          </Button>
        </div>
      </div>
      <Dialog open={isListOpen} onOpenChange={setListOpen} title={words.sees}>
        <ul className="flex flex-wrap gap-1.5">
          {classes.map((name) => (
            <li key={name} className="rounded-full bg-sunken px-3 py-1 text-13">
              {t.object(name)}
            </li>
          ))}
        </ul>
      </Dialog>
    </section>
  );
}

/** A command to run on the server, not words for the sentence. */
const isCommand = (suggestion: string) => suggestion.startsWith('`');

/** A pattern such as `warn me when …` is no words to put into a sentence. */
const isPhrase = (suggestion: string) => !suggestion.includes('…');

/** What a refusal protects from. */
export function NothingDropped() {
  return (
    <p className="flex gap-2.5 rounded-[12px] bg-sunken px-3.5 py-3 text-13">
      <ShieldCheck size={15} aria-hidden="true" className="mt-0.5 shrink-0" />
      {words.note}
    </p>
  );
}

/** What a language model made of the sentence: for a person to confirm. */
export function SuggestionPanel({ suggestion, onConfirm }: { suggestion: Suggestion; onConfirm: () => void }) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="flex items-start gap-3.5 rounded-lg border border-line bg-surface p-5 shadow-1"
    >
      <Sparkles size={22} aria-hidden="true" className="mt-0.5 shrink-0 text-accent-text" />
      <div className="min-w-0">
        <h2 id={id} className="text-20">
          {t.compose.suggestion.title}
        </h2>
        <p className="mt-2 text-16 text-pretty">{suggestion.summary}</p>
        <p className="mt-1 text-muted">{t.compose.suggestion.text}</p>
        <Button className="mt-4" onClick={onConfirm}>
          {t.compose.suggestion.use}
        </Button>
      </div>
    </section>
  );
}
