import type { Mode, NewRule, Rule, RulePatch, StoredRule } from '@lookout/protocol';
import { Link, useNavigate } from 'react-router';
import { t } from '../../strings/index.js';
import { Button, buttonClasses } from '../../ui/button.js';
import { ErrorMessage } from '../../ui/message.js';
import { keepDraft } from '../model/draft-storage.js';
import { useCreateRules, useUpdateRule } from '../queries.js';
import type { Composer } from './use-composer.js';

const words = t.compose.save;

export interface SaveBarProps {
  composer: Composer;
  /** Empty until all are whole. */
  rules: readonly Rule[];
  modes: Mode[];
  /** The sentence with which the page began. */
  startPrompt: string;
  /** The stored rule that is changed. */
  changed: StoredRule | undefined;
}

/** Saves what the sentence says; while something is open, says what. */
export function SaveBar({ composer, rules, modes, changed, startPrompt }: SaveBarProps) {
  const navigate = useNavigate();
  const create = useCreateRules();
  const update = useUpdateRule(changed?.id ?? '');
  const isPending = create.isPending || update.isPending;
  const { isCurrent, statedRules, prompt } = composer;
  // The other rules of a sentence that was rewritten would be lost.
  const isTooMany = statedRules > rules.length && rules.length > 0 && prompt !== startPrompt;
  const canSave = rules.length > 0 && isCurrent && !isTooMany && !isPending;
  const leave = () => {
    keepDraft(undefined);
    void navigate('/rules');
  };
  const save = () => {
    if (!canSave) return;
    const [first] = rules;
    if (changed && first) update.mutate(patchOf(composer, first, modes), { onSuccess: leave });
    else create.mutate(newRulesOf(composer, rules, modes), { onSuccess: leave });
  };
  return (
    <div className="sticky bottom-4 z-20 mt-5 rounded-lg border border-line bg-surface px-5 py-3 shadow-2 phone:bottom-[calc(3.5rem+max(0.5rem,env(safe-area-inset-bottom)))] phone:-mx-4 phone:rounded-none phone:border-x-0 phone:border-b-0 phone:bg-surface/95 phone:px-4 phone:py-3 phone:shadow-none">
      <ErrorMessage error={create.error ?? update.error} className="mb-3" />
      <div className="flex flex-wrap items-center gap-3">
        <p role="status" className={`min-w-0 flex-1 text-13 text-muted ${canSave ? 'phone:sr-only' : ''}`}>
          {isTooMany ? words.oneRule(statedRules) : statusText(composer, rules.length > 0)}
        </p>
        <Link to="/rules" onClick={() => keepDraft(undefined)} className={buttonClasses('ghost', 'phone:hidden')}>
          {words.cancel}
        </Link>
        <Button
          variant="primary"
          aria-disabled={!canSave}
          onClick={save}
          className="min-h-12 rounded-[12px] px-5 text-15 aria-disabled:bg-sunken aria-disabled:text-muted aria-disabled:opacity-100 phone:w-full"
        >
          {isPending ? t.actions.saving : rules.length > 1 ? words.buttons(rules.length) : words.button}
        </Button>
      </div>
    </div>
  );
}

function statusText({ isCurrent, questions, reasons, drafts, isByHand }: Composer, isWhole: boolean): string {
  if (!isCurrent || drafts.length === 0) return words.reading;
  if (reasons.length > 0) return words.refused;
  if (questions.length > 0) return words.questions(questions.length);
  if (!isWhole) return words.choose;
  return isByHand ? words.byHand : words.everyWord;
}

/**
 * What was set by hand is saved as it is, with the sentence beside it, as is one of the rules that a sentence states; otherwise the server
 * reads the sentence.
 */
function newRulesOf({ isByHand, statedRules, prompt }: Composer, rules: readonly Rule[], modes: Mode[]): NewRule[] {
  if (prompt.trim() === '') return rules.map((rule) => ({ rule, modes }));
  if (isByHand || statedRules !== rules.length) return rules.map((rule) => ({ rule, prompt, modes }));
  return [{ prompt, modes }];
}

function patchOf(composer: Composer, rule: Rule, modes: Mode[]): RulePatch {
  const [patch] = newRulesOf(composer, [rule], modes);
  return patch ?? { rule, modes };
}
