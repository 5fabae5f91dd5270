import type { CameraDetailStats } from '@lookout/protocol';
import { StateBadge } from '../../camera/camera-state.js';
import { formatCount, formatDuration, formatFps, formatStage } from '../../lib/format.js';
import { type WaterfallBar, waterfallBars } from '../../lib/waterfall.js';
import { DelayGraph } from '../../player/delay-graph.js';
import { DelayFigure } from '../../player/figures.js';
import type { LiveMeter } from '../../player/live-meter.js';
import { useFigures } from '../../player/live-view.js';
import { t } from '../../strings/index.js';
import { classes } from '../../ui/classes.js';
import { Facts, Panel } from '../../ui/panel.js';

/** How old the picture is, now and over the last minute. */
export function DelayPanel({ meter }: { meter: LiveMeter }) {
  const words = t.diagnostics.delay;
  const { ageMs } = useFigures(meter);
  return (
    <Panel title={words.title} aside={<span className="text-13 text-muted">{words.lastMinute}</span>}>
      <div className="mb-1">
        <DelayFigure ageMs={ageMs} large />
      </div>
      <DelayGraph meter={meter} />
    </Panel>
  );
}

/** Where the milliseconds of the latest frames were spent, as consecutive bars. */
export function WaterfallPanel({ meter }: { meter: LiveMeter }) {
  const words = t.diagnostics.waterfall;
  const { bars, totalMs } = waterfallBars(useFigures(meter).waterfall);
  return (
    <Panel
      title={words.title}
      aside={
        <span className="figures font-semibold" title={words.total}>
          {totalMs > 0 ? t.units.ms(formatStage(totalMs)) : t.units.none}
        </span>
      }
    >
      <table className="w-full">
        <caption className="sr-only">{words.caption}</caption>
        <tbody>
          {bars.map((bar) => (
            <WaterfallRow key={bar.stage} bar={bar} known={totalMs > 0} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function WaterfallRow({ bar: { stage, ms, start, share }, known }: { bar: WaterfallBar; known: boolean }) {
  const { label, meaning } = t.diagnostics.waterfall.stages[stage];
  const took = ms >= 0.05;
  return (
    <tr title={meaning}>
      <th scope="row" className="w-34 py-0.5 text-left font-normal whitespace-nowrap text-muted">
        {label}
      </th>
      <td className="py-0.5">
        <div className="h-2 overflow-hidden rounded-xs bg-sunken" aria-hidden="true">
          {took && (
            <div
              className={classes('h-2 min-w-0.5 rounded-xs', stage === 'infer' ? 'bg-accent' : 'bg-line-strong')}
              style={{ marginLeft: `${start * 100}%`, width: `${share * 100}%` }}
            />
          )}
        </div>
      </td>
      <td className={classes('figures w-12 py-0.5 text-right', !took && 'text-muted')}>
        {known ? formatStage(ms) : t.units.none}
      </td>
    </tr>
  );
}

/** Rates, and what became of the frames. */
export function FramesPanel({ stats, meter }: { stats: CameraDetailStats; meter: LiveMeter }) {
  const words = t.diagnostics.frames;
  const { fps, droppedHere } = useFigures(meter);
  const { analyzed, dropped } = stats.frames;
  // A frame that a worker is processing is not counted anywhere: this is the sum of what is shown.
  const total = analyzed + dropped.stale + dropped.throttled + dropped.skipped + dropped.invalid;
  return (
    <Panel title={words.title}>
      <Facts
        items={[
          { name: words.read, value: t.units.fps(formatFps(stats.fps.in)) },
          { name: words.analysed, value: t.units.fps(formatFps(stats.fps.analyzed)) },
          { name: words.shown, value: t.units.fps(formatFps(fps)) },
          { name: words.skippedHere, value: formatCount(droppedHere), title: words.skippedHereTitle },
        ]}
      />
      <h3 className="mt-3.5 mb-1.5 border-t border-line pt-3 font-medium">
        {words.sinceStart} <span className="figures font-normal text-muted">{words.count(formatCount(total))}</span>
      </h3>
      <Facts
        items={[
          { name: words.analysed, value: formatCount(analyzed) },
          { name: words.stale, value: formatCount(dropped.stale), title: words.staleTitle },
          { name: words.throttled, value: formatCount(dropped.throttled), title: words.throttledTitle },
          { name: words.skipped, value: formatCount(dropped.skipped), title: words.skippedTitle },
          { name: words.invalid, value: formatCount(dropped.invalid), title: words.invalidTitle },
        ]}
      />
      <p className="mt-2.5 text-13 text-muted">{words.byDesign}</p>
    </Panel>
  );
}

/** How the model looks at pictures. */
export function DetectionPanel({ stats }: { stats: CameraDetailStats }) {
  const words = t.diagnostics.detection;
  const { processor_stats: processor, inference_ms: times } = stats;
  return (
    <Panel title={words.title}>
      <Facts
        items={[
          { name: words.times, value: t.units.ms(`${formatStage(times.p50)} / ${formatStage(times.p95)}`) },
          { name: words.size, value: words.pixels(processor.inference_size) },
          { name: words.confidence, value: t.units.percent(processor.confidence_threshold) },
          { name: words.device, value: processor.gpu_available ? 'GPU' : 'CPU' },
          { name: words.viewers, value: stats.viewer_count },
        ]}
      />
    </Panel>
  );
}

const SHOWN_CHANGES = 8;

/** The camera's past states, newest first. @param nowMs epoch ms */
export function HistoryPanel({ stats, nowMs }: { stats: CameraDetailStats; nowMs: number }) {
  const words = t.diagnostics.history;
  const { reconnects, state_history } = stats;
  return (
    <Panel
      title={words.title}
      aside={
        reconnects > 0 && (
          <span className="figures text-muted">{words.reconnects(reconnects, formatCount(reconnects))}</span>
        )
      }
    >
      {state_history.length === 0 && <p className="text-muted">{words.nothing}</p>}
      <ol className="space-y-2">
        {state_history.slice(0, SHOWN_CHANGES).map(({ state, reason, since }) => (
          <li key={`${since}-${state}`} className="grid grid-cols-[6.5rem_1fr_auto] items-baseline gap-x-3">
            <StateBadge state={state} announce={false} />
            <span className="min-w-0 break-words text-muted">{reason}</span>
            <time dateTime={new Date(since).toISOString()} className="figures text-13 text-muted">
              {words.ago(formatDuration(Math.max(0, nowMs - since) / 1000))}
            </time>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
