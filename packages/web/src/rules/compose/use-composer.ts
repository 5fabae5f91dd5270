import type { Camera, Interpretation, Question, Reason, Rule, Suggestion } from '@lookout/protocol';
import { useEffect, useMemo, useState } from 'react';
import { useDebounced } from '../../lib/hooks.js';
import { answerQuestion, replacePhrase, takeOut } from '../model/answers.js';
import { type ByHand, type DraftRule, draftRule, draftRules, setByHand } from '../model/chips.js';
import { ownAreas } from '../model/chosen-camera.js';
import { keepDraft } from '../model/draft-storage.js';
import { type Mark, marksOf, shiftMarks, withReplaced } from '../model/marks.js';
import { type Edits, type Part, partsOf } from '../model/parts.js';
import { narrowTo } from '../model/stored.js';
import { useInterpretation } from '../queries.js';

/** Pause in typing after which the sentence is read, ms. */
const READ_AFTER_MS = 250;

/** A part of one of the rules. */
export interface PartOfDraft {
  draft: number;
  part: Part;
}

export interface ComposerStart {
  prompt: string;
  /** Parts set by hand, for each of its rules. */
  byHand: readonly ByHand[];
  /** Only the rule of the sentence that is most like this one; without a sentence, this one. Absent: all of the sentence. */
  about?: Rule | undefined;
  /** Id of the stored rule that is changed; absent: a new one. */
  id?: string | undefined;
  /** Id of the camera that was chosen beforehand. */
  camera?: string | undefined;
}

export interface Composer {
  prompt: string;
  write: (prompt: string) => void;
  /** Of the sentence as it stands: while it is being changed, they move with their words. */
  marks: readonly Mark[];
  /** Undefined: there is no sentence, or none was read yet. */
  interpretation: Interpretation | undefined;
  /** Whether the interpretation is that of the sentence as it stands. */
  isCurrent: boolean;
  error: Error | null;
  /** The rules of the sentence, or the one that it is about. */
  drafts: readonly DraftRule[];
  /** How many rules the sentence states. */
  statedRules: number;
  /** Questions that neither the sentence nor a person has answered. */
  questions: readonly Question[];
  reasons: readonly Reason[];
  /** Whether the rules are more than what the reader makes of the sentence: set by hand, confirmed from a suggestion, or of one camera. */
  isByHand: boolean;
  /** Sets parts of a rule by hand. */
  edit: (draft: number, change: Edits) => void;
  /** Leaves a part to the sentence again. */
  reset: (draft: number, part: Part) => void;
  /** Puts the answer into the sentence, which is then read again as a whole. */
  answer: (question: Question, words: string) => void;
  takeOut: (reason: Reason) => void;
  sayInstead: (reason: Reason, words: string) => void;
  confirm: (suggestion: Suggestion) => void;
}

/** A sentence, how it is read, and what was set by hand. */
export function useComposer(start: ComposerStart, cameras: readonly Camera[]): Composer {
  const { id, about, camera } = start;
  const [prompt, setPrompt] = useState(start.prompt);
  const [byHand, setAllByHand] = useState(start.byHand);
  const [confirmed, setConfirmed] = useState<{ prompt: string; suggestion: Suggestion }>();
  useEffect(() => keepDraft({ ruleId: id, prompt, byHand }), [id, prompt, byHand]);

  const { read, error, isCurrent } = useReading(prompt);
  const isConfirmed = confirmed !== undefined && confirmed.prompt === read?.prompt;
  const interpretation = useMemo(() => {
    if (isConfirmed) return asInterpretation(confirmed.suggestion);
    if (!read) return undefined;
    return about ? narrowTo(about, read.interpretation) : ownAreas(read.interpretation, camera, cameras);
  }, [isConfirmed, confirmed, read, about, camera, cameras]);

  const readMarks = useMemo(
    () => (read && interpretation ? marksOf(read.prompt, interpretation) : []),
    [read, interpretation],
  );
  const drafts = useMemo(() => {
    if (read && interpretation) return draftRules(read.prompt, interpretation, readMarks, byHand);
    if (!about || prompt.trim() !== '') return [];
    return [draftRule(partsOf(about), byHand[0] ?? {}, {}, { questions: [], reasons: [], isRead: true })];
  }, [read, interpretation, readMarks, byHand, about, prompt]);

  const spans = read?.interpretation.spans ?? [];
  const setByHandAt = (index: number, change: (each: ByHand) => ByHand) =>
    setAllByHand((all) => drafts.map((_, i) => (i === index ? change(all[i] ?? {}) : (all[i] ?? {}))));
  const edit = (draft: number, change: Edits) =>
    setByHandAt(draft, (each) => setByHand(each, change, drafts[draft]?.phrases ?? {}));
  return {
    prompt,
    write: setPrompt,
    marks: useMemo(
      () => shiftMarks(withReplaced(readMarks, drafts), read?.prompt ?? '', prompt),
      [readMarks, read, prompt, drafts],
    ),
    interpretation,
    isCurrent,
    error,
    drafts,
    statedRules: read?.interpretation.status === 'ok' ? read.interpretation.rules.length : 0,
    questions: openQuestions(drafts),
    reasons: interpretation?.status === 'unsupported' ? interpretation.reasons : [],
    isByHand:
      isConfirmed ||
      prompt.trim() === '' ||
      (!about && interpretation !== read?.interpretation) ||
      drafts.some(({ edits }) => Object.keys(edits).length > 0),
    edit,
    reset: (draft, part) => setByHandAt(draft, ({ [part]: _, ...others }) => others),
    answer: (question, words) => setPrompt(answerQuestion(prompt, question, words, spans)),
    takeOut: ({ phrase }) => setPrompt(takeOut(prompt, phrase, spans)),
    sayInstead: ({ phrase }, words) => setPrompt(replacePhrase(prompt, phrase, words, spans)),
    confirm: (suggestion) => setConfirmed({ prompt, suggestion }),
  };
}

/** How the sentence is read, after a pause in typing; the last reading stays until the next. */
function useReading(prompt: string) {
  const { data, error } = useInterpretation(useDebounced(prompt, READ_AFTER_MS));
  const isEmpty = prompt.trim() === '';
  const read = isEmpty ? undefined : data;
  return { read, error: isEmpty ? null : error, isCurrent: isEmpty || read?.prompt === prompt };
}

function asInterpretation({ rules, summary, spans }: Suggestion): Interpretation {
  return { status: 'ok', rules, summary, spans, assumptions: [] };
}

function openQuestions(drafts: readonly DraftRule[]): Question[] {
  const asked = drafts.flatMap(({ chips }) => chips.flatMap((chip) => (chip.kind === 'open' ? [chip.question] : [])));
  return [...new Set(asked)].filter((question) => question !== undefined);
}
