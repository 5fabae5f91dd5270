import { t } from '../strings/index.js';
import type { LiveMeter } from './live-meter.js';
import { useFigures } from './live-view.js';

const words = t.diagnostics.delay;
const SPAN_S = 60;
/** In units of the drawing, which is stretched to fit. */
const DRAWING_HEIGHT = 100;
/** Minimum height of the scale, so that a steady delay is a low line and not noise that fills the graph. */
const MIN_TOP_MS = 100;
const TOP_STEP_MS = 50;
const TIMES_S = [-60, -45, -30, -15, 0];

/** Delays over the last minute: the worst of each quarter second, with gaps where no picture arrived. */
export function DelayGraph({ meter }: { meter: LiveMeter }) {
  // Redraws at each interval.
  useFigures(meter);
  const { secondsAgo, agesMs } = meter.history(performance.now());
  const topMs = Math.max(
    MIN_TOP_MS,
    Math.ceil(Math.max(...agesMs.filter(Number.isFinite), 0) / TOP_STEP_MS) * TOP_STEP_MS,
  );
  const points = agesMs.map((ms, i) => ({ x: SPAN_S + (secondsAgo[i] ?? 0), y: DRAWING_HEIGHT * (1 - ms / topMs) }));
  return (
    <div
      role="img"
      aria-label={words.graph}
      className="figures mt-3 grid grid-cols-[auto_1fr] gap-x-2 text-[0.6875rem] text-muted"
    >
      <div className="-my-2 flex flex-col justify-between text-right">
        {[topMs, topMs / 2, 0].map((ms) => (
          <span key={ms}>{ms === 0 ? t.units.ms('0') : Math.round(ms)}</span>
        ))}
      </div>
      <svg
        viewBox={`0 0 ${SPAN_S} ${DRAWING_HEIGHT}`}
        preserveAspectRatio="none"
        className="h-26 w-full"
        aria-hidden="true"
      >
        <g className="fill-none stroke-line">
          {[0, 0.5, 1].map((share) => (
            <path key={share} d={`M0 ${share * DRAWING_HEIGHT}H${SPAN_S}`} vectorEffect="non-scaling-stroke" />
          ))}
        </g>
        {stretchesOf(points).map((stretch) => (
          <g key={stretch[0]?.x}>
            <path
              className="fill-accent-soft"
              d={`M${stretch[0]?.x} ${DRAWING_HEIGHT}L${stretch.map(pair).join('L')}L${stretch.at(-1)?.x} ${DRAWING_HEIGHT}Z`}
            />
            <path
              className="fill-none stroke-accent"
              strokeWidth="1.5"
              vectorEffect="non-scaling-stroke"
              d={`M${stretch.map(pair).join('L')}`}
            />
          </g>
        ))}
      </svg>
      <div className="col-start-2 mt-1 flex justify-between">
        {TIMES_S.map((at) => (
          <span key={at}>{at === 0 ? words.now : words.secondsAgo(at)}</span>
        ))}
      </div>
    </div>
  );
}

interface Point {
  x: number;
  /** NaN: unknown at that time. */
  y: number;
}

/** The points between gaps, as runs. */
function stretchesOf(points: readonly Point[]): Point[][] {
  const stretches: Point[][] = [[]];
  for (const point of points) {
    if (Number.isNaN(point.y)) stretches.push([]);
    else stretches.at(-1)?.push(point);
  }
  return stretches.filter(({ length }) => length > 0);
}

function pair({ x, y }: Point): string {
  return `${x.toFixed(2)} ${y.toFixed(2)}`;
}
