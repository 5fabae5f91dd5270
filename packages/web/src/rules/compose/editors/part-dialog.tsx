import { useState } from 'react';
import { t } from '../../../strings/index.js';
import { Button } from '../../../ui/button.js';
import { Dialog } from '../../../ui/dialog.js';
import type { DraftRule } from '../../model/chips.js';
import { type Edits, isValidPart, type Part, partsOf } from '../../model/parts.js';
import { DoesEditor } from './does-editor.js';
import type { EditorProps } from './editor-props.js';
import { LongEditor } from './long-editor.js';
import { LoudEditor } from './loud-editor.js';
import { WhenEditor } from './when-editor.js';
import { WhereEditor } from './where-editor.js';
import { WhoEditor } from './who-editor.js';

const words = t.compose;

export interface PartDialogProps extends Pick<EditorProps, 'cameras' | 'places' | 'classes'> {
  draft: DraftRule;
  part: Part;
  onDone: (change: Edits) => void;
  /** Undefined: the part was not changed by hand. */
  onReset: (() => void) | undefined;
  onClose: () => void;
}

const EDITORS = {
  who: WhoEditor,
  does: DoesEditor,
  where: WhereEditor,
  long: LongEditor,
  when: WhenEditor,
  loud: LoudEditor,
};

/** Changes one part of a rule by hand. */
export function PartDialog({ draft, part, onDone, onReset, onClose, ...lists }: PartDialogProps) {
  const [change, setChange] = useState<Edits>({});
  const parts = { ...FALLBACK, ...draft.parts, ...change };
  const Editor = EDITORS[part];
  const isValid = isValidPart(part, parts);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={words.edit.titles[part]}>
      <form
        className="space-y-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isValid) return;
          // A press that changes nothing also says: as it is shown.
          onDone(Object.keys(change).length > 0 ? change : { [part]: parts[part] });
        }}
      >
        <Editor parts={parts} onChange={(more) => setChange((current) => ({ ...current, ...more }))} {...lists} />
        <div className="sticky -bottom-5 -mx-5 -mb-5 flex flex-wrap justify-end gap-2 bg-raised px-5 py-4">
          {onReset && (
            <Button variant="ghost" onClick={onReset}>
              {words.edit.reset}
            </Button>
          )}
          <Button type="submit" variant="primary" aria-disabled={!isValid}>
            {words.edit.done}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Stands in for what a question still asks, so that one part can be changed before the others are known. */
const FALLBACK = partsOf({
  cameras: 'all',
  severity: 'warning',
  cooldown_s: 60,
  trigger: { behavior: 'appear', subject: { classes: ['person'] } },
});
