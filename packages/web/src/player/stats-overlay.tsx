import { formatCount, formatFps, formatMs, formatSize, formatStage } from '../lib/format.js';
import { Facts } from '../ui/panel.js';
import type { LiveMeter } from './live-meter.js';
import { useFigures } from './live-view.js';

/** The figures of a view, over its picture: of fixed width, so that nothing moves when they change. */
export function StatsOverlay({ meter, annotated }: { meter: LiveMeter; annotated: boolean }) {
  const figures = useFigures(meter);
  const ms = (value: number | undefined) => (value === undefined ? '–' : formatMs(value));
  return (
    <section
      aria-label="Figures"
      className="absolute top-3 left-3 w-60 rounded-md bg-black/75 px-3 py-2.5 text-[0.8125rem] text-white [--muted:#c3cac7]"
    >
      <Facts
        items={[
          { name: 'Delay', value: ms(figures.ageMs), title: 'camera to screen, by the server’s clock' },
          { name: 'Jitter', value: ms(figures.jitterMs), title: 'how unevenly frames arrive' },
          { name: 'Frames per second', value: formatFps(figures.fps) },
          {
            name: 'Skipped for a newer one',
            value: formatCount(figures.droppedHere),
            title: 'a newer frame arrived before this one was drawn',
          },
          { name: 'Resolution', value: formatSize(figures.width, figures.height) },
          { name: annotated ? 'Quality' : 'Camera’s quality', value: figures.quality ?? '–', title: 'of the JPEG' },
          { name: 'Inference', value: figures.inferenceMs > 0 ? `${formatStage(figures.inferenceMs)} ms` : '–' },
          { name: 'Input size', value: figures.inferenceSize || '–' },
          { name: 'Round trip', value: ms(figures.roundTripMs) },
        ]}
      />
    </section>
  );
}
