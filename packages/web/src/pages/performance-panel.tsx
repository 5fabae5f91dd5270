import type { Camera } from '@lookout/protocol';
import { Link } from 'react-router';
import { useAllCameraStats } from '../api/queries.js';
import { formatCount, formatFps, formatStage } from '../lib/format.js';
import { Panel } from '../ui/panel.js';

const HEADINGS = ['Camera', 'Read', 'Analysed', 'Delay p50 / p95', 'Inference p50 / p95', 'Skipped', 'Viewers'];

/** How each live camera fares, side by side. Delay: capture to result, in the server. */
export function PerformancePanel({ cameras }: { cameras: readonly Camera[] }) {
  const live = cameras.filter(({ state }) => state === 'live');
  const stats = useAllCameraStats(live.map(({ id }) => id));
  return (
    <Panel title="Performance">
      {live.length === 0 ? (
        <p className="text-muted">No camera is live.</p>
      ) : (
        <div className="overflow-x-auto">
          <table className="figures w-full text-right whitespace-nowrap">
            <thead className="text-[0.8125rem] text-muted">
              <tr>
                {HEADINGS.map((heading) => (
                  <th key={heading} scope="col" className="py-1.5 pl-4 font-medium first:pl-0 first:text-left">
                    {heading}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {live.map(({ id, name }, i) => {
                const row = stats[i];
                const { stale = 0, throttled = 0, skipped = 0, invalid = 0 } = row?.frames.dropped ?? {};
                const cells = row && [
                  `${formatFps(row.fps.in)} fps`,
                  `${formatFps(row.fps.analyzed)} fps`,
                  `${formatStage(row.latency_ms.p50)} / ${formatStage(row.latency_ms.p95)} ms`,
                  `${formatStage(row.inference_ms.p50)} / ${formatStage(row.inference_ms.p95)} ms`,
                  formatCount(stale + throttled + skipped + invalid),
                  String(row.viewer_count),
                ];
                return (
                  <tr key={id} className="border-t border-line">
                    <th scope="row" className="max-w-32 truncate sm:max-w-60 py-2 text-left font-medium">
                      <Link to={`/cameras/${id}`} className="hover:underline">
                        {name}
                      </Link>
                    </th>
                    {HEADINGS.slice(1).map((heading, column) => (
                      <td key={heading} className="py-2 pl-4">
                        {cells?.[column] ?? '–'}
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
