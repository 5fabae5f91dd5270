import type { Camera } from '@lookout/protocol';
import type { Place } from '../model/places.js';
import { SENTENCE_CARD } from './focus.js';
import { QuestionPanel } from './question-panel.js';
import { NothingDropped, RefusalPanel, SuggestionPanel } from './refusal-panel.js';
import type { Composer } from './use-composer.js';

export interface OpenPanelsProps {
  composer: Composer;
  cameras: readonly Camera[];
  places: readonly Place[];
  classes: readonly string[];
}

/** What keeps the sentence from being a rule: questions, refusals, and perhaps another reading to confirm. */
export function OpenPanels({ composer, ...lists }: OpenPanelsProps) {
  const { questions, reasons, interpretation } = composer;
  const suggestion = interpretation?.status === 'unsupported' ? interpretation.suggestion : undefined;
  // The panel goes with its answer: the focus moves to the sentence, which has changed.
  const then = (act: () => void) => {
    act();
    document.getElementById(SENTENCE_CARD)?.focus();
  };
  return (
    <>
      {questions.map((question) => (
        <QuestionPanel
          key={`${question.about} ${question.phrase}`}
          question={question}
          onAnswer={(answer) => then(() => composer.answer(question, answer))}
          {...lists}
        />
      ))}
      {reasons.map((reason) => (
        <RefusalPanel
          key={reason.phrase}
          reason={reason}
          classes={lists.classes}
          onTakeOut={() => then(() => composer.takeOut(reason))}
          onSayInstead={(said) => then(() => composer.sayInstead(reason, said))}
        />
      ))}
      {suggestion && (
        <SuggestionPanel suggestion={suggestion} onConfirm={() => then(() => composer.confirm(suggestion))} />
      )}
      {reasons.length > 0 && <NothingDropped />}
    </>
  );
}
