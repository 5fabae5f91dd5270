import { formatStage } from '../lib/format.js';
import { WATERFALL_STAGES, type WaterfallBar, waterfallBars } from '../lib/waterfall.js';
import type { LiveMeter } from '../player/live-meter.js';
import { useFigures } from '../player/live-view.js';
import { classes } from '../ui/classes.js';
import { Panel } from '../ui/panel.js';

/** The rows before the first frame: the list has its height from the start. */
const NO_BARS: WaterfallBar[] = WATERFALL_STAGES.map((stage) => ({ ...stage, ms: 0, start: 0, share: 0 }));

/** Where the milliseconds of the last frames went, one bar after another. */
export function WaterfallPanel({ meter }: { meter: LiveMeter }) {
  const { waterfall } = useFigures(meter);
  const { bars, totalMs } = waterfall ? waterfallBars(waterfall) : { bars: NO_BARS, totalMs: 0 };
  return (
    <Panel
      title="Where the time went"
      aside={
        <span className="figures font-semibold" title="Mean of the last frames">
          {totalMs > 0 ? `${formatStage(totalMs)} ms` : '–'}
        </span>
      }
    >
      <table className="w-full">
        <caption className="sr-only">Milliseconds by stage, mean of the last frames</caption>
        <tbody>
          {bars.map((bar) => (
            <WaterfallRow key={bar.key} bar={bar} known={totalMs > 0} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function WaterfallRow({ bar, known }: { bar: WaterfallBar; known: boolean }) {
  const { key, label, meaning, ms, start, share } = bar;
  const took = ms >= 0.05;
  return (
    <tr title={meaning}>
      <th scope="row" className="w-28 py-0.5 text-left font-normal whitespace-nowrap text-muted">
        {label}
      </th>
      <td className="py-0.5">
        <div className="h-2 overflow-hidden rounded-xs bg-sunken" aria-hidden="true">
          {took && (
            <div
              className={classes('h-2 min-w-0.5 rounded-xs', key === 'infer' ? 'bg-accent' : 'bg-line-strong')}
              style={{ marginLeft: `${start * 100}%`, width: `${share * 100}%` }}
            />
          )}
        </div>
      </td>
      <td className={classes('figures w-12 py-0.5 text-right', !took && 'text-muted')}>
        {known ? formatStage(ms) : '–'}
      </td>
    </tr>
  );
}
