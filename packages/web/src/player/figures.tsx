import {
  type DelayGrade,
  formatCount,
  formatFps,
  formatMs,
  formatSize,
  formatStage,
  gradeDelay,
} from '../lib/format.js';
import { t } from '../strings/index.js';
import { TONES, type Tone } from '../ui/badge.js';
import { classes } from '../ui/classes.js';
import { Facts } from '../ui/panel.js';
import type { LiveMeter } from './live-meter.js';
import { useFigures } from './live-view.js';

const DELAY_TONES: Record<DelayGrade, Tone> = { fresh: 'good', delayed: 'warn', late: 'bad' };
const SHAPES: Record<DelayGrade, string> = {
  fresh: 'M5 0a5 5 0 0 1 0 10a5 5 0 0 1 0-10',
  delayed: 'M5 0.3 10 9.7H0Z',
  late: 'M0 0H10V10H0Z',
};

/** Age of the picture. Grade by colour and by shape: circle, triangle, square. */
export function DelayFigure({ ageMs, large = false }: { ageMs: number | undefined; large?: boolean }) {
  const grade = ageMs === undefined ? undefined : gradeDelay(ageMs);
  const tone = TONES[grade ? DELAY_TONES[grade] : 'muted'];
  const size = large ? 14 : 9;
  return (
    <span
      title={t.delay[grade ?? 'none']}
      className={classes(
        'figures inline-flex items-center font-semibold whitespace-nowrap',
        tone,
        large ? 'gap-2.5 text-34' : 'gap-1.5',
      )}
    >
      {grade && (
        <svg width={size} height={size} viewBox="0 0 10 10" fill="currentColor" aria-hidden="true">
          <path d={SHAPES[grade]} />
        </svg>
      )}
      {ageMs === undefined ? t.units.none : formatMs(ageMs)}
    </span>
  );
}

/** How a picture came here, figure by figure. @param annotated the server draws the boxes */
export function FigureFacts({ meter, annotated }: { meter: LiveMeter; annotated: boolean }) {
  const words = t.diagnostics.figures;
  const figures = useFigures(meter);
  const { skew, choice } = figures;
  const ms = (value: number | undefined) => (value !== undefined ? formatMs(value) : undefined);
  const inferenceMs = figures.inferenceMs > 0 ? t.units.ms(formatStage(figures.inferenceMs)) : undefined;
  return (
    <>
      <Facts
        items={[
          { name: words.delay, value: ms(figures.ageMs), title: words.delayTitle },
          { name: words.jitter, value: ms(figures.jitterMs), title: words.jitterTitle },
          { name: words.fps, value: formatFps(figures.fps) },
          { name: words.skipped, value: formatCount(figures.droppedHere), title: words.skippedTitle },
          { name: words.resolution, value: formatSize(figures.width, figures.height) },
          { name: annotated ? words.quality : words.cameraQuality, value: figures.quality, title: words.qualityTitle },
          { name: words.inference, value: inferenceMs },
          { name: words.size, value: figures.inferenceSize || undefined },
          { name: words.roundTrip, value: ms(figures.roundTripMs) },
          { name: words.boxes, value: skew && boxesText(skew.lastMs), title: words.boxesTitle },
          {
            name: words.skew,
            value: skew && words.skewOf(formatMs(skew.p50Ms), formatMs(skew.p99Ms)),
            title: words.skewTitle,
          },
          { name: words.way, value: choice && t.diagnostics.ways.names[choice.shown], title: words.wayTitle },
        ]}
      />
      {choice?.failed.map(({ way, reason }) => (
        <p key={way} className="mt-1 text-muted">
          {t.diagnostics.ways.because(t.diagnostics.ways.names[way], reason)}
        </p>
      ))}
    </>
  );
}

function boxesText(skewMs: number): string {
  const { boxesOfFrame, boxesOld } = t.diagnostics.figures;
  return skewMs === 0 ? boxesOfFrame : boxesOld(formatMs(skewMs));
}

/** The figures of a view, over its picture: of fixed width, so that nothing moves when they change. */
export function FiguresOverlay({ meter, annotated }: { meter: LiveMeter; annotated: boolean }) {
  return (
    <section
      aria-label={t.player.figures}
      className="absolute top-14 left-3 max-h-[calc(100%-7.5rem)] w-88 max-w-[calc(100%-1.5rem)] overflow-y-auto rounded-md bg-black/75 px-3 py-2.5 text-13 text-white [--muted:#c3cac7]"
    >
      <FigureFacts meter={meter} annotated={annotated} />
    </section>
  );
}
