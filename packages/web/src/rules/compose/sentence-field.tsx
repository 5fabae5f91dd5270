import { MAX_PROMPT_LENGTH } from '@lookout/protocol';
import { type KeyboardEvent, type Ref, useId } from 'react';
import { t } from '../../strings/index.js';
import { classes } from '../../ui/classes.js';
import { type Mark, segmentsOf } from '../model/marks.js';
import type { Part } from '../model/parts.js';

const words = t.compose;

/** Both layers must break their lines alike. */
const TYPE =
  'col-start-1 row-start-1 m-0 block w-full p-0 text-[1.625rem] leading-10 font-medium tracking-[-0.018em] break-words whitespace-pre-wrap phone:text-[1.375rem] phone:leading-[2.2rem]';

/** A line under a phrase, without room of its own. */
const UNDERLINES: Record<Part, string> = {
  who: 'shadow-[inset_0_-3px_0_var(--who)]',
  does: 'shadow-[inset_0_-3px_0_var(--does)]',
  where: 'shadow-[inset_0_-3px_0_var(--where)]',
  long: 'shadow-[inset_0_-3px_0_var(--long)]',
  when: 'shadow-[inset_0_-3px_0_var(--when)]',
  loud: 'shadow-[inset_0_-3px_0_var(--loud)]',
};
const REPLACED = 'text-muted line-through decoration-1';
const ASKED = 'bg-warn-soft text-warn shadow-[inset_0_-3px_0_var(--warn-mark)]';
const REFUSED = 'bg-bad-soft text-bad underline decoration-bad decoration-wavy decoration-[1.5px] underline-offset-6';

function lookOf(mark: Mark): string {
  if (mark.kind === 'replaced') return REPLACED;
  if (mark.kind === 'asked') return ASKED;
  if (mark.kind === 'refused') return REFUSED;
  return mark.part ? UNDERLINES[mark.part] : '';
}

export interface SentenceFieldProps {
  value: string;
  onChange: (value: string) => void;
  marks: readonly Mark[];
  /** Id of what tells how the sentence is understood. */
  describedBy: string;
  autoFocus: boolean;
  ref?: Ref<HTMLTextAreaElement>;
}

/**
 * A sentence with a mark under each understood phrase. The browser's own field, whose letters are clear, lies over a copy of the text that
 * shows them.
 */
export function SentenceField({ value, onChange, marks, describedBy, autoFocus, ref }: SentenceFieldProps) {
  const id = useId();
  // A sentence has one line, which wraps.
  const stayOnLine = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) event.preventDefault();
  };
  return (
    <div className="grid">
      <label htmlFor={id} className="sr-only">
        {words.sentence}
      </label>
      <div aria-hidden="true" className={classes(TYPE, 'pointer-events-none', value === '' ? 'min-h-20' : 'min-h-10')}>
        {segmentsOf(value, marks).map(({ start, text, mark }) =>
          mark ? (
            <span key={start} className={classes('rounded-[5px] box-decoration-clone', lookOf(mark))}>
              {text}
            </span>
          ) : (
            text
          ),
        )}
      </div>
      <textarea
        id={id}
        ref={ref}
        value={value}
        rows={1}
        maxLength={MAX_PROMPT_LENGTH}
        placeholder={t.sentence.placeholder}
        aria-describedby={describedBy}
        // biome-ignore lint/a11y/noAutofocus: the page is for writing this sentence
        autoFocus={autoFocus}
        spellCheck={false}
        autoComplete="off"
        onKeyDown={stayOnLine}
        onChange={({ target }) => onChange(target.value.replace(/\s*\n\s*/g, ' '))}
        className={classes(
          TYPE,
          'h-full resize-none overflow-hidden bg-transparent text-transparent caret-accent outline-none placeholder:font-normal placeholder:text-muted selection:bg-accent/25 selection:text-transparent',
        )}
      />
    </div>
  );
}
