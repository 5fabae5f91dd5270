import { Check } from 'lucide-react';
import { t } from '../strings/index.js';
import { STEPS, type Step } from './model/draft.js';

const words = t.add.steps;

/** How far it is. */
export function Steps({ current }: { current: Step }) {
  const at = STEPS.indexOf(current);
  return (
    <ol aria-label={words.label(at + 1, STEPS.length)} className="mb-6 flex flex-wrap items-center gap-2 phone:mb-5">
      {STEPS.map((step, i) => (
        <li
          key={step}
          aria-current={i === at ? 'step' : undefined}
          className="group flex items-center gap-2 font-medium text-muted aria-[current=step]:text-text"
        >
          {i > 0 && <span aria-hidden="true" className="h-[1.5px] w-9 bg-line-strong phone:w-3" />}
          <span
            aria-hidden="true"
            className={`grid size-6.5 place-items-center rounded-full border-[1.5px] text-12 font-semibold ${MARKS[markOf(i, at)]}`}
          >
            {i < at ? <Check size={14} /> : i + 1}
          </span>
          <span className={i === at ? undefined : 'phone:sr-only'}>
            {words[step]}
            {i < at && <span className="sr-only">, {words.done}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}

const MARKS = {
  done: 'border-transparent bg-good-soft text-good',
  current: 'border-accent bg-accent text-on-accent',
  next: 'border-line-strong',
} as const;

function markOf(index: number, current: number): keyof typeof MARKS {
  if (index === current) return 'current';
  return index < current ? 'done' : 'next';
}
