import type { CameraDetailStats } from '@lookout/protocol';
import { formatCount, formatDuration, formatFps, formatStage } from '../lib/format.js';
import type { LiveMeter } from '../player/live-meter.js';
import { useFigures } from '../player/live-view.js';
import { Facts, Panel } from '../ui/panel.js';
import { StateBadge } from '../ui/state-badge.js';

/** Rates, and what became of the frames. */
export function FramesPanel({ stats, meter }: { stats: CameraDetailStats; meter: LiveMeter }) {
  const { fps, droppedHere } = useFigures(meter);
  const { analyzed, dropped } = stats.frames;
  // What is being looked at just now is in none of them: the sum of what is shown.
  const total = analyzed + dropped.stale + dropped.throttled + dropped.skipped + dropped.invalid;
  return (
    <Panel title="Frames">
      <Facts
        items={[
          { name: 'From the camera', value: `${formatFps(stats.fps.in)} fps` },
          { name: 'Analysed', value: `${formatFps(stats.fps.analyzed)} fps` },
          { name: 'Shown here', value: `${formatFps(fps)} fps` },
          {
            name: 'Skipped here for a newer one',
            value: formatCount(droppedHere),
            title: 'a newer frame arrived before this browser had drawn it',
          },
        ]}
      />
      <h3 className="mt-3.5 mb-1.5 border-t border-line pt-3 font-medium">
        Since the start <span className="figures font-normal text-muted">{formatCount(total)} frames</span>
      </h3>
      <Facts
        items={[
          { name: 'Analysed', value: formatCount(analyzed) },
          {
            name: 'Skipped for a newer one',
            value: formatCount(dropped.stale),
            title: 'a newer frame arrived before a worker was free',
          },
          {
            name: 'Skipped for the rate',
            value: formatCount(dropped.throttled),
            title: 'too early for the requested rate',
          },
          { name: 'Not needed', value: formatCount(dropped.skipped), title: 'no viewer needed it analysed' },
          { name: 'Unreadable', value: formatCount(dropped.invalid), title: 'broken, too large or undecodable' },
        ]}
      />
    </Panel>
  );
}

/** What the model costs. */
export function InferencePanel({ stats }: { stats: CameraDetailStats }) {
  const { processor_stats: processor, inference_ms: inference } = stats;
  return (
    <Panel title="Inference">
      <Facts
        items={[
          { name: 'Time, median', value: `${formatStage(inference.p50)} ms` },
          { name: 'Time, 95th percentile', value: `${formatStage(inference.p95)} ms` },
          { name: 'Input size', value: String(processor.inference_size) },
          { name: 'Minimum confidence', value: `${Math.round(processor.confidence_threshold * 100)} %` },
          { name: 'Runs on', value: processor.gpu_available ? 'GPU' : 'CPU' },
          { name: 'Viewers', value: String(stats.viewer_count) },
        ]}
      />
    </Panel>
  );
}

const SHOWN_CHANGES = 8;

/** How the camera has fared, newest first. @param nowMs epoch ms */
export function HistoryPanel({ stats, nowMs }: { stats: CameraDetailStats; nowMs: number }) {
  return (
    <Panel
      title="What happened"
      aside={
        stats.reconnects > 0 && (
          <span className="figures text-muted">
            {stats.reconnects === 1 ? '1 reconnect' : `${formatCount(stats.reconnects)} reconnects`}
          </span>
        )
      }
    >
      {stats.state_history.length === 0 ? (
        <p className="text-muted">Nothing yet.</p>
      ) : (
        <ol className="space-y-2">
          {stats.state_history.slice(0, SHOWN_CHANGES).map(({ state, reason, since }) => (
            <li key={`${since}-${state}`} className="grid grid-cols-[6.5rem_1fr_auto] items-baseline gap-x-3">
              <StateBadge state={state} announce={false} />
              <span className="min-w-0 break-words text-muted">{reason}</span>
              <time dateTime={new Date(since).toISOString()} className="figures text-[0.8125rem] text-muted">
                {formatDuration(Math.max(0, nowMs - since) / 1000)} ago
              </time>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
