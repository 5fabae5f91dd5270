import { useParams } from 'react-router';
import { formatFps } from '../lib/format.js';
import { useTitle } from '../lib/use-title.js';
import { LiveView, useFigures, useMeter } from '../player/live-view.js';
import { DEFAULT_OVERLAY } from '../player/overlay.js';
import { AgeFigure } from '../ui/age-figure.js';

/** One camera and nothing else, for whoever has the link. */
export function ViewPage() {
  const { token = '' } = useParams();
  useTitle('View');
  const meter = useMeter();
  return (
    <main className="flex h-dvh flex-col bg-picture" data-theme="dark">
      <div className="min-h-0 flex-1">
        <LiveView token={token} name="camera" overlay={DEFAULT_OVERLAY} meter={meter} layout="fill" />
      </div>
      <ViewFigures meter={meter} />
    </main>
  );
}

function ViewFigures({ meter }: { meter: ReturnType<typeof useMeter> }) {
  const { ageMs, fps, found } = useFigures(meter);
  return (
    <div className="flex h-9 shrink-0 items-center justify-between gap-4 bg-[#151918] px-4 text-[#e7ebe9] [--bad:#ff8d80] [--good:#72d492] [--muted:#9ca5a1] [--warn:#e8b85a]">
      <span className="truncate text-muted">{found}</span>
      <span className="figures flex shrink-0 gap-4">
        <AgeFigure ageMs={ageMs} />
        <span>{formatFps(fps)} fps</span>
      </span>
    </div>
  );
}
