import type { Calibration } from '@lookout/protocol';
import { phraseWords } from '../strings/phrases.js';
import { type ScaleMark, scaleOf, scoreText } from './scale.js';

const words = phraseWords.threshold;
const COLORS: Record<ScaleMark['kind'], string> = {
  usual: 'bg-line-strong',
  rare: 'bg-line-strong',
  limit: 'bg-accent',
  example: 'bg-good',
  counter: 'bg-bad',
};

/** Scores of a camera on one scale: usual scores, the threshold of the rule, and the examples. */
export function ScoreScale({ calibration }: { calibration: Calibration }) {
  const marks = scaleOf(calibration);
  if (marks.length === 0) return <p className="text-13 text-muted">{words.none}</p>;
  const limit = marks.find(({ kind }) => kind === 'limit');
  const kinds = [...new Set(marks.map(({ kind }) => kind))];
  return (
    <figure className="grid gap-2">
      <figcaption className="text-13 font-strong">{words.label}</figcaption>
      <div className="relative h-10 rounded-md bg-sunken">
        {limit && (
          <div
            className="absolute inset-y-0 right-0 rounded-r-md bg-accent-soft"
            style={{ left: `${limit.share * 100}%` }}
          />
        )}
        {marks.map(({ kind, share, score }, i) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: two examples may have the same score.
            key={`${kind} ${i}`}
            title={`${words[kind]}: ${phraseWords.score(scoreText(score))}`}
            className={`absolute inset-y-1 w-0.75 -translate-x-1/2 rounded-full ${COLORS[kind]}`}
            style={{ left: `${share * 100}%` }}
          />
        ))}
      </div>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-12 text-muted">
        {kinds.map((kind) => (
          <li key={kind} className="figures inline-flex items-center gap-1.5">
            <span className={`h-3 w-0.75 rounded-full ${COLORS[kind]}`} aria-hidden="true" />
            {words[kind]}:{' '}
            {marks
              .filter((mark) => mark.kind === kind)
              .map(({ score }) => scoreText(score))
              .join(', ')}
          </li>
        ))}
      </ul>
    </figure>
  );
}
