import type { Camera, Mode, Rule, StoredRule } from '@lookout/protocol';
import { ChevronLeft } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useCameras, useModels } from '../../api/queries.js';
import { useTitle } from '../../lib/hooks.js';
import { PhraseNote } from '../../phrases/index.js';
import { t } from '../../strings/index.js';
import { classes } from '../../ui/classes.js';
import { ErrorMessage } from '../../ui/message.js';
import { placesOf } from '../model/places.js';
import { useDescriptions } from '../queries.js';
import { PartDialog } from './editors/part-dialog.js';
import { Examples } from './examples.js';
import { OpenPanels } from './open-panels.js';
import { SaveBar } from './save-bar.js';
import { SentenceCard } from './sentence-card.js';
import { TestedPanel } from './tested-panel.js';
import { type Composer, type ComposerStart, type PartOfDraft, useComposer } from './use-composer.js';
import { WarnedPanel } from './warned-panel.js';
import { WatchedPicture } from './watched-picture.js';

const words = t.compose;
const NO_CAMERAS: Camera[] = [];
const ALL_MODES: Mode[] = ['home', 'away'];

export interface ComposeFormProps {
  start: Omit<ComposerStart, 'id'>;
  /** Id of the camera that was chosen beforehand. */
  camera?: string | undefined;
  /** The stored rule that is changed; absent: a new one. */
  changed?: StoredRule;
}

/** A rule as a sentence: how it is understood, what is still open, and what it would have found. */
export function ComposeForm({ start, camera, changed }: ComposeFormProps) {
  useTitle(changed ? words.editRule : words.newRule);
  const { data: cameras = NO_CAMERAS } = useCameras();
  const composer = useComposer({ ...start, id: changed?.id, camera }, cameras);
  const { data: models } = useModels();
  const names = models?.find((model) => model.default)?.classes ?? [];
  const [modes, setModes] = useState(changed?.modes ?? ALL_MODES);
  const [editing, setEditing] = useState<PartOfDraft>();
  const { drafts } = composer;
  const rules = drafts.flatMap(({ rule }) => (rule ? [rule] : []));
  const isWhole = drafts.length > 0 && rules.length === drafts.length;
  // Recent objects were not compared with a description.
  const isDescribed = rules.some(({ trigger }) => trigger.subject.phrase !== undefined);
  const said = useSaid(composer, isWhole ? rules : []);
  const isEmpty = drafts.length === 0 && composer.prompt.trim() === '';
  const chosen = cameras.find(({ id }) => id === camera);
  const lists = { cameras, places: placesOf(cameras), classes: names };
  return (
    <div className={classes(isEmpty && 'mx-auto max-w-218')}>
      <PhoneBar title={changed ? words.editRule : words.newRule} />
      <div className="mb-5">
        <h1 className="text-26 text-balance">{changed ? words.changeTitle : words.title}</h1>
        <p className="mt-1 text-muted">
          {words.text} {words.language} {chosen && words.forCamera(chosen.name)}
        </p>
      </div>
      <div className={classes(!isEmpty && 'grid grid-cols-[minmax(0,1fr)_24rem] items-start gap-5 max-[70rem]:block')}>
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-5">
          <SentenceCard composer={composer} said={said} onEdit={setEditing} {...lists} />
          <PhraseNote interpretation={composer.isCurrent ? composer.interpretation : undefined} />
          <ErrorMessage error={composer.error} />
          <OpenPanels composer={composer} {...lists} />
          {isWhole && !isDescribed && <TestedPanel rules={rules} cameras={cameras} />}
        </div>
        {!isEmpty && (
          <aside className="sticky top-20 grid gap-5 max-[70rem]:static max-[70rem]:mt-5">
            <WatchedPicture draft={drafts[0]} cameras={cameras} />
            {isWhole && rules[0] && (
              <WarnedPanel
                rule={rules[0]}
                modes={modes}
                onModes={setModes}
                onChange={() => setEditing({ draft: 0, part: 'loud' })}
              />
            )}
          </aside>
        )}
      </div>
      {isEmpty ? (
        <section className="mt-7">
          <h2 className="mb-3 font-semibold">{words.examples}</h2>
          <Examples cameras={chosen ? [chosen] : cameras} classes={names} onChoose={composer.write} />
        </section>
      ) : (
        <SaveBar
          composer={composer}
          rules={isWhole ? rules : []}
          modes={modes}
          startPrompt={start.prompt}
          changed={changed}
        />
      )}
      <EditedPart composer={composer} edited={editing} onClose={() => setEditing(undefined)} {...lists} />
    </div>
  );
}

/** On phones, in place of the bar of all pages. */
function PhoneBar({ title }: { title: string }) {
  return (
    <div className="fixed inset-x-0 top-0 z-30 hidden h-14 items-center gap-1 border-b border-line bg-surface pl-1.5 phone:flex">
      <Link to="/rules" aria-label={words.back} className="grid size-11 place-items-center rounded-md">
        <ChevronLeft size={22} aria-hidden="true" />
      </Link>
      <span className="text-[1.0625rem] leading-6 font-title tracking-[-0.015em]">{title}</span>
    </div>
  );
}

interface EditedPartProps extends Omit<Parameters<typeof PartDialog>[0], 'draft' | 'part' | 'onDone' | 'onReset'> {
  composer: Composer;
  edited: PartOfDraft | undefined;
}

/** The dialog of the part that is being set by hand. */
function EditedPart({ composer, edited, onClose, ...lists }: EditedPartProps) {
  const draft = edited && composer.drafts[edited.draft];
  if (!draft) return null;
  const reset = () => {
    composer.reset(edited.draft, edited.part);
    onClose();
  };
  return (
    <PartDialog
      key={edited.part}
      draft={draft}
      part={edited.part}
      onDone={(change) => {
        composer.edit(edited.draft, change);
        onClose();
      }}
      onReset={draft.edits[edited.part] === undefined ? undefined : reset}
      onClose={onClose}
      {...lists}
    />
  );
}

/** What the rules say: in the words of the answer that read them, or, if set by hand, as the server says it. */
function useSaid({ interpretation, isByHand }: Composer, rules: readonly Rule[]) {
  const isRead = interpretation?.status === 'ok' && !isByHand;
  const { data } = useDescriptions(isRead ? [] : rules);
  if (rules.length === 0) return undefined;
  return isRead ? { summary: interpretation.summary, timezone: interpretation.timezone } : data;
}
