import type { Camera, CameraDetailStats } from '@lookout/protocol';
import { Link } from 'react-router';
import { useAllCameraStats } from '../api/queries.js';
import { formatCount, formatFps, formatStage } from '../lib/format.js';
import { t } from '../strings/index.js';
import { settingsWords } from '../strings/settings.js';
import { Panel } from '../ui/panel.js';

const words = settingsWords.performance;

/** Compares the performance of all live cameras. Delay: capture to result, in the server. */
export function PerformancePanel({ cameras }: { cameras: readonly Camera[] }) {
  const live = cameras.filter(({ state }) => state === 'live');
  const stats = useAllCameraStats(live.map(({ id }) => id));
  return (
    <Panel title={words.title}>
      {live.length === 0 ? (
        <p className="text-muted">{words.none}</p>
      ) : (
        <div className="overflow-x-auto">
          <table className="figures w-full text-right whitespace-nowrap">
            <thead className="text-13 text-muted">
              <tr>
                {words.headings.map((heading) => (
                  <th key={heading} scope="col" className="py-1.5 pl-4 font-medium first:pl-0 first:text-left">
                    {heading}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {live.map(({ id, name }, i) => {
                const row = stats[i];
                const cells = row && cellsOf(row);
                return (
                  <tr key={id} className="border-t border-line">
                    <th scope="row" className="max-w-32 truncate sm:max-w-60 py-2 text-left font-medium">
                      <Link to={`/cameras/${id}`} className="hover:underline">
                        {name}
                      </Link>
                    </th>
                    {words.headings.slice(1).map((heading, column) => (
                      <td key={heading} className="py-2 pl-4">
                        {cells?.[column] ?? t.units.none}
                      </td>
                    ))}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function cellsOf({ fps, latency_ms, inference_ms, frames, viewer_count }: CameraDetailStats): Array<string | number> {
  const { stale, throttled, skipped, invalid } = frames.dropped;
  const times = ({ p50, p95 }: { p50: number; p95: number }) => t.units.ms(`${formatStage(p50)} / ${formatStage(p95)}`);
  return [
    t.units.fps(formatFps(fps.in)),
    t.units.fps(formatFps(fps.analyzed)),
    times(latency_ms),
    times(inference_ms),
    formatCount(stale + throttled + skipped + invalid),
    viewer_count,
  ];
}
