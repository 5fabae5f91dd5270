import type { Interpretation } from '@lookout/protocol';
import { CircleCheck } from 'lucide-react';
import { t } from '../../strings/index.js';
import { type Mark, partOfAssumption } from '../model/marks.js';
import type { Edits, Part } from '../model/parts.js';

const words = t.compose;

export interface UnderstoodProps {
  summary: string;
  timezone: string | undefined;
}

/** What the rules say, in the server's words. */
export function Understood({ summary, timezone }: UnderstoodProps) {
  return (
    <p className="flex items-start gap-3 text-16 font-medium text-pretty">
      <CircleCheck size={22} aria-hidden="true" className="mt-0.5 shrink-0 text-good" />
      <span className="min-w-0 break-words">
        {summary} {timezone !== undefined && <span className="text-muted">{words.timezone(timezone)}</span>}
      </span>
    </p>
  );
}

export interface AssumptionsProps {
  interpretation: Interpretation | undefined;
  prompt: string;
  marks: readonly Mark[];
  /** Parts set by hand: what was assumed of them no longer counts. */
  edits: Edits;
  onChange: (part: Part) => void;
}

/** What reading the sentence assumed; what can be set by hand leads there. */
export function Assumptions({ interpretation, prompt, marks, edits, onChange }: AssumptionsProps) {
  if (interpretation?.status !== 'ok' || interpretation.assumptions.length === 0) return null;
  return (
    <ul className="grid gap-1 pl-8.5 text-13 text-muted">
      {interpretation.assumptions.map((assumption) => {
        const part = partOfAssumption(assumption, prompt, marks);
        if (part && edits[part] !== undefined) return null;
        return (
          <li key={assumption} className="flex flex-wrap items-baseline gap-x-2">
            {assumption}
            {part && (
              <button
                type="button"
                onClick={() => onChange(part)}
                className="-my-1.5 py-1.5 font-medium text-accent-text pointer-coarse:-my-3 hover:underline"
              >
                {words.change}
                <span className="sr-only">: {words.parts[part]}</span>
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
