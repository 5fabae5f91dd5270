import type { ObjectFamily } from '@lookout/protocol';
import { t } from '../strings/index.js';
import { type BarPart, barsOf, FAMILIES, type Minute, summaryOf } from './model/hour.js';

const words = t.home.strip;
const [MINUTE_WIDTH, BAR_WIDTH, HEIGHT] = [4, 3, 22];
const MINUTES = 60;
const FILLS: Record<ObjectFamily, string> = {
  person: 'fill-strip-person',
  vehicle: 'fill-strip-vehicle',
  animal: 'fill-strip-animal',
  thing: 'fill-line-strong',
};
const DOTS: Record<ObjectFamily, string> = {
  person: 'bg-strip-person',
  vehicle: 'bg-strip-vehicle',
  animal: 'bg-strip-animal',
  thing: 'bg-line-strong',
};

/** A camera's last hour: a bar a minute with families stacked, a red dot where it warned, hatched where it had no picture. */
export function HourStrip({ minutes }: { minutes: readonly Minute[] | undefined }) {
  if (!minutes) return <div className="h-13" />;
  const bars = barsOf(minutes);
  const summary = summaryOf(minutes);
  const gaps = minutes
    .map(({ isGap }, minute) => (isGap ? `M${(minute + 0.5) * MINUTE_WIDTH} 0v${HEIGHT}` : ''))
    .join('');
  const clockOf = (place: number) => minutes[place] && t.events.clock(minutes[place].atMs);
  return (
    <div className="h-13">
      <div
        role="img"
        aria-label={words.label(summary.minutes, summary.warned, summary.gap)}
        className="relative pt-2.5"
      >
        <svg
          viewBox={`0 0 ${MINUTES * MINUTE_WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          aria-hidden="true"
          className="block h-5.5 w-full"
        >
          <path d={gaps} vectorEffect="non-scaling-stroke" className="stroke-line" />
          {FAMILIES.map((family) => (
            <path key={family} d={pathOf(bars[family])} className={FILLS[family]} />
          ))}
        </svg>
        <span className="block h-px bg-line" />
        {minutes.map(
          ({ isWarned, atMs }, minute) =>
            isWarned && (
              <span
                key={atMs}
                style={{ left: `${((minute + BAR_WIDTH / MINUTE_WIDTH / 2) / MINUTES) * 100}%` }}
                className="absolute top-0.5 size-1.5 -translate-x-1/2 rounded-full bg-alarm"
              />
            ),
        )}
      </div>
      <div aria-hidden="true" className="figures mt-1 flex justify-between text-12 text-muted">
        <span>{clockOf(0)}</span>
        <span>{clockOf(MINUTES / 2)}</span>
        <span>{words.now}</span>
      </div>
    </div>
  );
}

/** What the strips of a page show. */
export function StripLegend() {
  return (
    <ul aria-label={words.legend} className="mt-4 flex flex-wrap gap-x-4 gap-y-1 text-12 text-muted">
      {(['person', 'vehicle', 'animal'] as const).map((family) => (
        <LegendEntry key={family} look={DOTS[family]} text={words.families[family]} />
      ))}
      <LegendEntry look="bg-alarm" text={words.warned} />
      <LegendEntry
        look="rounded-none bg-[repeating-linear-gradient(90deg,var(--line-strong)_0_1px,transparent_1px_3px)]"
        text={words.gap}
      />
    </ul>
  );
}

function LegendEntry({ look, text }: { look: string; text: string }) {
  return (
    <li className="flex items-center gap-1.5">
      <span aria-hidden="true" className={`size-2 rounded-full ${look}`} />
      {text}
    </li>
  );
}

function pathOf(parts: readonly BarPart[]): string {
  return parts
    .map(
      ({ minute, top, height }) =>
        `M${minute * MINUTE_WIDTH} ${top * HEIGHT}h${BAR_WIDTH}v${height * HEIGHT}h${-BAR_WIDTH}z`,
    )
    .join('');
}
