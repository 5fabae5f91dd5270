import { type AgeGrade, gradeAge } from '../lib/age.js';
import { formatMs } from '../lib/format.js';
import { classes } from './classes.js';

const LOOKS: Record<AgeGrade, { tone: string; words: string }> = {
  fresh: { tone: 'text-good', words: 'fresh: under 100 ms from camera to screen' },
  delayed: { tone: 'text-warn', words: 'delayed: 100 to 300 ms from camera to screen' },
  late: { tone: 'text-bad', words: 'late: more than 300 ms from camera to screen' },
};

/** How old the picture is. Grade by colour and by shape: circle, triangle, square. */
export function AgeFigure({ ageMs, large = false }: { ageMs: number | undefined; large?: boolean }) {
  if (ageMs === undefined) {
    return (
      <span className={classes('figures text-muted', large && 'text-3xl font-semibold')} title="No picture is arriving">
        –
      </span>
    );
  }
  const grade = gradeAge(ageMs);
  const { tone, words } = LOOKS[grade];
  return (
    <span
      title={words}
      className={classes(
        'figures inline-flex items-center font-semibold whitespace-nowrap',
        tone,
        large ? 'gap-2.5 text-3xl tracking-tight' : 'gap-1.5',
      )}
    >
      <Shape grade={grade} size={large ? 14 : 9} />
      {formatMs(ageMs)}
    </span>
  );
}

function Shape({ grade, size }: { grade: AgeGrade; size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 10 10" fill="currentColor" aria-hidden="true">
      {grade === 'fresh' && <circle cx="5" cy="5" r="5" />}
      {grade === 'delayed' && <path d="M5 0.3 10 9.7H0Z" />}
      {grade === 'late' && <rect width="10" height="10" />}
    </svg>
  );
}
