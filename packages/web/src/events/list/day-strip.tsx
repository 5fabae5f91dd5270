import type { ObjectFamily } from '@lookout/protocol';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { t } from '../../strings/index.js';
import { IconButton } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { nextDay, QUARTER_MS, QUARTERS_PER_PART, type Quarter } from '../model/day-activity.js';
import { startOfDay } from '../model/days.js';

const words = t.events.day;
const BAR_HEIGHT = 32;
const DOT_Y = 5;
const FAMILIES: ReadonlyArray<readonly [ObjectFamily, string]> = [
  ['person', 'fill-strip-person'],
  ['vehicle', 'fill-strip-vehicle'],
  ['animal', 'fill-strip-animal'],
  ['thing', 'fill-line-strong'],
];

export interface DayPickerProps {
  dayMs: number;
  /** undefined: every day again. */
  onChange: (dayMs: number | undefined) => void;
}

/** The day that is looked at, and its neighbours. */
export function DayPicker({ dayMs, onChange }: DayPickerProps) {
  const today = startOfDay(Date.now());
  const go = (days: number) => {
    const next = nextDay(dayMs, days);
    onChange(next >= today ? undefined : next);
  };
  return (
    <fieldset aria-label={words.label} className="flex items-center gap-1">
      <IconButton label={words.before} onClick={() => go(-1)}>
        <ChevronLeft size={18} aria-hidden="true" />
      </IconButton>
      <span className="min-w-34 text-center font-strong" aria-live="polite">
        {dayMs === today ? words.today : dayMs === nextDay(today, -1) ? words.yesterday : t.events.date(dayMs)}
      </span>
      <IconButton label={words.after} disabled={dayMs >= today} onClick={() => go(1)}>
        <ChevronRight size={18} aria-hidden="true" />
      </IconButton>
    </fieldset>
  );
}

export interface DayStripProps {
  dayMs: number;
  quarters: readonly Quarter[];
  /** Start of the part of the day that is chosen. */
  chosenMs: number | undefined;
  onChoose: (partMs: number | undefined) => void;
}

/** What was seen on one day: a bar for each quarter of an hour with families stacked, a red dot where somebody was warned, shaded where there was no picture. */
export function DayStrip({ dayMs, quarters, chosenMs, onChoose }: DayStripProps) {
  const busiest = Math.max(4, ...quarters.map(({ seen }) => FAMILIES.reduce((sum, [family]) => sum + seen[family], 0)));
  const parts = Array.from({ length: Math.ceil(quarters.length / QUARTERS_PER_PART) }, (_, part) =>
    quarters.slice(part * QUARTERS_PER_PART, (part + 1) * QUARTERS_PER_PART),
  );
  return (
    <fieldset
      aria-label={words.strip}
      className="mb-6 flex rounded-lg border border-line bg-surface px-4 pt-3 pb-2 shadow-1 phone:px-0"
    >
      {parts.map((part, index) => {
        const partMs = dayMs + index * QUARTERS_PER_PART * QUARTER_MS;
        const untilMs = partMs + part.length * QUARTER_MS;
        const events = part.reduce((sum, quarter) => sum + quarter.events, 0);
        const isChosen = partMs === chosenMs;
        return (
          <button
            key={partMs}
            type="button"
            aria-pressed={isChosen}
            aria-label={words.part(partMs, untilMs, events)}
            style={{ flexGrow: part.length }}
            className="min-h-11 min-w-0 basis-0 rounded-md border border-transparent text-left text-12 text-muted hover:bg-lifted aria-pressed:border-accent aria-pressed:bg-accent-soft"
            onClick={() => onChoose(isChosen ? undefined : partMs)}
          >
            <PartBars part={part} busiest={busiest} />
            <span className={classes('figures', index % 2 === 1 && 'phone:hidden')}>{t.events.clock(partMs)}</span>
          </button>
        );
      })}
    </fieldset>
  );
}

function PartBars({ part, busiest }: { part: readonly Quarter[]; busiest: number }) {
  return (
    <svg
      viewBox={`0 0 ${part.length * 4} ${BAR_HEIGHT + 10}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      className="block h-12 w-full overflow-visible"
    >
      {part.map((quarter, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: quarters have no identity but their place
        <g key={index} transform={`translate(${index * 4} 10)`}>
          {quarter.isGap && <rect width={4} height={BAR_HEIGHT} className="fill-muted opacity-15" />}
          <rect y={BAR_HEIGHT - 0.5} width={4} height={0.5} className="fill-line" />
          {stackOf(quarter, busiest).map(({ family, look, y, height }) => (
            <rect key={family} x={0.5} y={y} width={3} height={height} className={look} />
          ))}
          {quarter.events > 0 && <ellipse cx={2} cy={DOT_Y - 10} rx={1.4} ry={3} className="fill-alarm" />}
        </g>
      ))}
    </svg>
  );
}

function stackOf({ seen }: Quarter, busiest: number) {
  let y = BAR_HEIGHT;
  return FAMILIES.filter(([family]) => seen[family] > 0).map(([family, look]) => {
    const height = (seen[family] / busiest) * BAR_HEIGHT;
    y -= height;
    return { family, look, y, height };
  });
}
