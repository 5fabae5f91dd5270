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

/** Delay, rate and detections, at fixed positions, so that changing figures move nothing. */
export function FiguresLine({ meter }: { meter: LiveMeter }) {
  const { ageMs, fps, found } = useFigures(meter);
  const isComing = ageMs !== undefined;
  return (
    <div className="flex h-7 min-w-0 flex-1 items-center gap-3">
      <span className="w-20 shrink-0">
        <DelayFigure ageMs={ageMs} />
      </span>
      <span className="figures w-14 shrink-0">{isComing && t.units.fps(formatFps(fps))}</span>
      <span className="truncate text-muted">{isComing && found}</span>
    </div>
  );
}

/** The figures of a view, over its picture: of fixed width, so that nothing moves when they change. */
export function FiguresOverlay({ meter, annotated }: { meter: LiveMeter; annotated: boolean }) {
  const words = t.player.figures;
  const figures = useFigures(meter);
  const { skew, choice } = figures;
  const ms = (value: number | undefined) => (value !== undefined ? formatMs(value) : undefined);
  return (
    <section
      aria-label={words.title}
      className="absolute top-3 left-3 w-68 rounded-md bg-black/75 px-3 py-2.5 text-13 text-white [--muted:#c3cac7]"
    >
      <Facts
        items={[
          { name: words.delay, value: ms(figures.ageMs), title: words.delayTitle },
          { name: words.jitter, value: ms(figures.jitterMs), title: words.jitterTitle },
          { name: words.fps, value: formatFps(figures.fps) },
          { name: words.skipped, value: formatCount(figures.droppedHere), title: words.skippedTitle },
          { name: words.resolution, value: formatSize(figures.width, figures.height) },
          { name: annotated ? words.quality : words.cameraQuality, value: figures.quality, title: words.qualityTitle },
          {
            name: words.inference,
            value: figures.inferenceMs > 0 ? t.units.ms(formatStage(figures.inferenceMs)) : undefined,
          },
          { name: words.size, value: figures.inferenceSize || undefined },
          { name: words.roundTrip, value: ms(figures.roundTripMs) },
          {
            name: words.skew,
            value: skew && words.skewOf(formatMs(skew.p50Ms), formatMs(skew.p99Ms)),
            title: words.skewTitle,
          },
          { name: words.way, value: choice && t.player.ways.names[choice.shown], title: words.wayTitle },
        ]}
      />
      {choice?.failed.map(({ way, reason }) => (
        <p key={way} className="mt-1 text-muted">
          {t.player.ways.because(t.player.ways.names[way], reason)}
        </p>
      ))}
    </section>
  );
}

/** The objects in the picture, and how far apart picture and boxes are in time. */
export function PictureFacts({ meter }: { meter: LiveMeter }) {
  const words = t.player;
  const { ageMs, found, skew, choice, width, height, fps } = useFigures(meter);
  const way = choice && choice.shown !== 'pictures' ? t.player.ways.names[choice.shown] : undefined;
  const isComing = ageMs !== undefined;
  return (
    <div className="figures flex flex-col justify-between gap-x-6 gap-y-1 border-t border-line px-4 py-2.5 sm:flex-row">
      <p className="min-w-0 truncate">
        <span className="text-muted">{words.inPicture} </span>
        {isComing ? found : t.units.none}
      </p>
      <p className="truncate text-muted">
        {formatSize(width, height)}
        {isComing && (
          <>
            , {t.units.fps(formatFps(fps))}
            {way && `, ${way}`}
            {skew && (
              <>
                ,{' '}
                <span title={words.boxesOldTitle}>
                  {skew.lastMs === 0 ? words.boxesOfFrame : words.boxesOld(formatMs(skew.lastMs))}
                </span>
              </>
            )}
          </>
        )}
      </p>
    </div>
  );
}
