import { formatStage } from '../lib/format.js';
import { waterfallBars } from '../lib/waterfall.js';
import type { LiveMeter } from '../player/live-meter.js';
import { useFigures } from '../player/live-view.js';
import { classes } from '../ui/classes.js';
import { Panel } from '../ui/panel.js';

/** Where the milliseconds of the last frames went, one bar after another. */
export function WaterfallPanel({ meter }: { meter: LiveMeter }) {
  const { waterfall } = useFigures(meter);
  const { bars, totalMs } = waterfall ? waterfallBars(waterfall) : { bars: [], totalMs: 0 };
  return (
    <Panel
      title="Where the time went"
      aside={totalMs > 0 && <span className="figures font-semibold">{formatStage(totalMs)} ms</span>}
    >
      {bars.length === 0 ? (
        <p className="text-muted">Shown with the first frame.</p>
      ) : (
        <table className="w-full">
          <caption className="sr-only">Milliseconds by stage, mean of the last frames</caption>
          <tbody>
            {bars.map(({ key, label, meaning, ms, start, share }) => (
              <tr key={key} title={meaning}>
                <th scope="row" className="w-28 py-1 text-left font-normal text-muted">
                  {label}
                </th>
                <td className="py-1">
                  <div className="h-2 rounded-xs bg-sunken" aria-hidden="true">
                    <div
                      className={classes('h-2 min-w-0.5 rounded-xs', key === 'infer' ? 'bg-accent' : 'bg-line-strong')}
                      style={{ marginLeft: `${start * 100}%`, width: `${share * 100}%` }}
                    />
                  </div>
                </td>
                <td className="figures w-12 py-1 text-right">{formatStage(ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
