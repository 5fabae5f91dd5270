import { formatFps } from '../lib/format.js';
import { AgeFigure } from '../ui/age-figure.js';
import type { LiveMeter } from './live-meter.js';
import { useFigures } from './live-view.js';

/** The figures of a picture that fills the window: what is in it, its age, its rate. Dark in every theme, as the picture's ground. */
export function FiguresBar({ meter }: { meter: LiveMeter }) {
  const { ageMs, fps, found } = useFigures(meter);
  return (
    <div className="flex h-9 shrink-0 items-center justify-between gap-4 always-dark bg-surface px-4 text-text">
      <span className="truncate text-muted">{found}</span>
      <span className="figures flex shrink-0 gap-4">
        <AgeFigure ageMs={ageMs} />
        <span>{formatFps(fps)} fps</span>
      </span>
    </div>
  );
}
