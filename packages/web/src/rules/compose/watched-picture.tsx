import type { Camera } from '@lookout/protocol';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { DelayFigure } from '../../player/figures.js';
import { LiveView, useFigures, useMeter } from '../../player/live-view.js';
import { DEFAULT_OVERLAY, type OverlaySettings } from '../../player/overlay.js';
import { t } from '../../strings/index.js';
import { buttonClasses } from '../../ui/button.js';
import { areasPath } from '../areas-path.js';
import type { DraftRule } from '../model/chips.js';
import { TRAITS } from '../model/parts.js';
import { camerasOfRule, findPlace, type Place, placesOf, regionsOf } from '../model/places.js';

const words = t.compose.picture;

/** A picture beside a form: enough to see movement. */
const FPS = 10;

/** The live picture of the camera that a rule is about, with its area or line. */
export function WatchedPicture({ draft, cameras }: { draft: DraftRule | undefined; cameras: readonly Camera[] }) {
  const where = draft?.parts.where;
  const behavior = draft?.parts.does?.behavior;
  const kind = behavior ? TRAITS[behavior].place : 'zone';
  const name = where?.[kind];
  const seen = camerasOfRule({ cameras: where?.cameras ?? 'all', [kind]: name }, cameras);
  const camera = seen.find(({ state }) => state === 'live') ?? seen[0];
  if (!camera) return null;
  const place = name === undefined ? undefined : findPlace(placesOf([camera]), kind, name);
  return (
    <section className="overflow-hidden rounded-lg border border-line bg-surface shadow-1">
      <LivePicture key={camera.id} camera={camera} place={place} />
      <div className="flex flex-wrap items-center justify-between gap-2 px-4 py-3">
        <div className="min-w-0">
          <p className="font-semibold break-words">{camera.name}</p>
          <p className="text-13 break-words text-muted">
            {place ? words[place.kind](place.name) : words.wholeView}
            {seen.length > 1 && ` ${words.onSeveral(seen.length - 1)}`}
          </p>
        </div>
        <Link to={areasPath(camera.id)} className={buttonClasses()}>
          {place ? words.edit[place.kind] : words.drawArea}
        </Link>
      </div>
    </section>
  );
}

function LivePicture({ camera, place }: { camera: Camera; place: Place | undefined }) {
  const meter = useMeter();
  const { ageMs } = useFigures(meter);
  // The same object until the place changes: the view redraws for each new one.
  const drawn = JSON.stringify(place && regionsOf(place));
  const overlay = useMemo(
    (): OverlaySettings => ({ ...DEFAULT_OVERLAY, regions: drawn && JSON.parse(drawn) }),
    [drawn],
  );
  return (
    <div className="relative">
      <LiveView token={camera.id} name={camera.name} overlay={overlay} meter={meter} fps={FPS} camera={camera} />
      {ageMs !== undefined && (
        <span className="always-dark absolute top-3 right-3 flex min-h-6.5 items-center rounded-full bg-glass px-2.5 text-12 text-on-glass">
          <DelayFigure ageMs={ageMs} />
        </span>
      )}
    </div>
  );
}
