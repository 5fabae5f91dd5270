import { useId, useState } from 'react';
import { t } from '../../strings/index.js';
import { Dialog } from '../../ui/dialog.js';
import { focusQuestion, SENTENCE_CARD } from './focus.js';
import { PartChips, type PartChipsProps } from './part-chips.js';
import { SentenceField } from './sentence-field.js';
import { Assumptions, Understood } from './understood.js';
import type { Composer, PartOfDraft } from './use-composer.js';

const words = t.compose;

export interface SentenceCardProps extends Pick<PartChipsProps, 'cameras' | 'places'> {
  composer: Composer;
  /** Undefined until the rules are whole. */
  said: { summary: string; timezone?: string | undefined } | undefined;
  onEdit: (part: PartOfDraft) => void;
}

/** The sentence, what its phrases became, and what they say together. */
export function SentenceCard({ composer, said, onEdit, ...lists }: SentenceCardProps) {
  const chipsId = useId();
  const { drafts, prompt, marks, interpretation } = composer;
  const isSeveral = drafts.length > 1;
  return (
    <section
      id={SENTENCE_CARD}
      tabIndex={-1}
      aria-label={words.understood}
      className="scroll-mt-20 rounded-lg border border-line bg-surface shadow-1 outline-none phone:-mx-4 phone:rounded-none phone:border-x-0"
    >
      <div className="px-6.5 pt-6 pb-5 phone:p-4">
        <SentenceField
          value={prompt}
          onChange={composer.write}
          marks={marks}
          describedBy={chipsId}
          autoFocus={drafts.length === 0}
        />
        <div id={chipsId} aria-live="polite" className="grid gap-4">
          {drafts.map((draft, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rules of a sentence have no other identity
            <div key={index} className="mt-5 phone:mt-4">
              {isSeveral && <h2 className="mb-2 font-semibold">{words.ruleNumber(index + 1, drafts.length)}</h2>}
              <PartChips
                chips={draft.chips}
                onPress={(chip) => {
                  if (chip.kind === 'open' && chip.question) focusQuestion(chip.question.phrase);
                  else onEdit({ draft: index, part: chip.part });
                }}
                {...lists}
              />
            </div>
          ))}
        </div>
      </div>
      {prompt.trim() === '' && drafts.length === 0 && <Contents />}
      {said && said.summary !== '' && (
        <div className="grid gap-3 border-t border-line px-6.5 py-4.5 phone:p-4" aria-live="polite">
          <Understood summary={said.summary} timezone={said.timezone} />
          <Assumptions
            interpretation={interpretation}
            prompt={prompt}
            marks={marks}
            edits={drafts[0]?.edits ?? {}}
            onChange={(part) => onEdit({ draft: 0, part })}
          />
        </div>
      )}
    </section>
  );
}

/** Before the first word: what a sentence may hold. */
function Contents() {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="flex items-center justify-between gap-3 border-t border-line py-1.5 pr-3.5 pl-6.5 text-13 phone:pl-4">
      <span className="text-muted">{words.contents}</span>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="min-h-target px-1.5 font-medium text-accent-text hover:underline"
      >
        {words.whatCanBeSaid}
      </button>
      <Dialog open={isOpen} onOpenChange={setOpen} title={words.help.title} description={words.help.text}>
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-2.5">
          {words.help.rows.map(([part, examples]) => (
            <div key={part} className="contents">
              <dt className="font-strong">{part}</dt>
              <dd className="text-muted">{examples}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </div>
  );
}
