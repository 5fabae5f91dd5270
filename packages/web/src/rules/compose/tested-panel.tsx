import type { Camera, Rule, TestedEvent } from '@lookout/protocol';
import { useId, useState } from 'react';
import { serverUrl } from '../../api/client.js';
import { cropAround, type Part } from '../../lib/crop.js';
import { useDebounced } from '../../lib/hooks.js';
import { clockTime } from '../../lib/when.js';
import { t } from '../../strings/index.js';
import { Segmented } from '../../ui/choice.js';
import { Dialog } from '../../ui/dialog.js';
import { ErrorMessage } from '../../ui/message.js';
import { AlarmBox, PictureRegions, StillPicture } from '../../ui/still-picture.js';
import { partsOf } from '../model/parts.js';
import { camerasOfRule, findPlace, type Place, placesOf, regionsOf } from '../model/places.js';
import { newestFirst, objectsNeeded, showsMoment, type Watched, watchedIn } from '../model/test-run.js';
import { THUMB_ASPECT } from '../place-picture.js';
import { useRuleTests } from '../queries.js';

const words = t.compose.tested;

const SPANS = [
  { value: '10', label: words.minutes[10] },
  { value: '60', label: words.minutes[60] },
] as const;
type Span = (typeof SPANS)[number]['value'];

/** Rules times cameras that are tested: each takes the server a second. */
const MAX_RUNS = 8;
/** Pause in changes after which the rules are tested, ms. */
const SETTLED_MS = 500;
const MAX_PICTURES = 3;
/** Of a picture's height that the object takes. */
const OBJECT_SHARE = 0.5;
/** More gaps than these are counted. */
const MAX_TOLD_GAPS = 2;

interface Found extends TestedEvent {
  camera: Camera;
  /** How many objects it takes for the rule to fire. */
  needed: number;
}

export interface TestedPanelProps {
  rules: readonly Rule[];
  cameras: readonly Camera[];
}

/** What the rules would have found in what the cameras have just seen. */
export function TestedPanel({ rules, cameras }: TestedPanelProps) {
  const id = useId();
  const [span, setSpan] = useState<Span>('60');
  const [opened, setOpened] = useState<Found>();
  const minutes = Number(span);
  const wanted = rules.flatMap((rule) =>
    camerasOfRule(partsOf(rule).where, cameras).map((camera) => ({ rule, camera: camera.id })),
  );
  const runs = wanted.slice(0, MAX_RUNS).map((run) => ({ ...run, minutes }));
  // The rule is often still being written.
  const settled = useDebounced(JSON.stringify(runs), SETTLED_MS);
  const isSettled = settled === JSON.stringify(runs);
  const { data: results = [], error } = useRuleTests(isSettled ? runs : []);
  const isPending = runs.length > 0 && results.length < runs.length && !error;
  const found = newestFirst(
    results.flatMap((result, i): Found[] => {
      const run = runs[i];
      const camera = cameras.find((each) => each.id === run?.camera);
      if (!run || !camera) return [];
      return result.events.map((event) => ({ ...event, camera, needed: objectsNeeded(run.rule) }));
    }),
  );
  const isNote = rules.every(({ severity }) => severity === 'info');
  const title = isPending ? words.working : words.title(found.length, minutes, isNote);
  return (
    <section aria-labelledby={id} className="rounded-lg border border-line bg-surface p-5 shadow-1 phone:p-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 id={id} aria-live="polite" className="min-w-0 text-[1.0625rem] leading-6 font-semibold tracking-[-0.014em]">
          {runs.length === 0 ? words.noCamera : title}
        </h2>
        <Segmented label={words.span} value={span} options={SPANS} onChange={setSpan} />
      </div>
      <ErrorMessage error={error} className="mt-3" />
      {found.length > 0 && (
        <ul className="mt-3.5 grid grid-cols-3 gap-3 phone:-mx-4 phone:grid-cols-[repeat(3,150px)] phone:overflow-x-auto phone:px-4">
          {found.slice(0, MAX_PICTURES).map((event) => (
            <li key={`${event.camera.id}:${event.rule}:${event.started_at}`}>
              <button type="button" onClick={() => setOpened(event)} className="block w-full text-left">
                <FoundPicture event={event} crop />
                <span className="mt-2 line-clamp-3 font-strong">{event.reason}</span>
                <span className="figures text-12 text-muted">{clockTime(event.started_at)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {found.length > MAX_PICTURES && <p className="mt-2 text-muted">{words.more(found.length - MAX_PICTURES)}</p>}
      <ul className="mt-3.5 grid gap-1 text-13 text-muted empty:hidden">
        {cameras.map(({ id: cameraId, name }) => {
          const result = results[runs.findIndex(({ camera }) => camera === cameraId)];
          return result && <li key={cameraId}>{watchedText(name, watchedIn(result, minutes))}</li>;
        })}
        {wanted.length > runs.length && results.length > 0 && <li>{words.notAll(wanted.length - runs.length)}</li>}
      </ul>
      {opened && (
        <Dialog open onOpenChange={() => setOpened(undefined)} title={opened.reason} description={opened.camera.name}>
          <FoundPicture event={opened} />
        </Dialog>
      )}
    </section>
  );
}

/** What the camera saw when the rule would have fired, or shortly before or after, then without boxes. @param crop to the objects */
function FoundPicture({ event, crop = false }: { event: Found; crop?: boolean }) {
  const [width, height] = event.image_size;
  const aspect = width / height;
  // Others joined the event later; this is where they were then, not in this frame.
  const tracks = showsMoment(event) ? event.tracks.slice(0, event.needed) : [];
  const boxes = tracks.map(({ bbox: [x1, y1, x2, y2] }): Part => {
    return { x: x1 / width, y: y1 / height, width: (x2 - x1) / width, height: (y2 - y1) / height };
  });
  const place = placeOf(event);
  const [first] = boxes;
  return (
    <StillPicture
      src={event.snapshot_url === null ? undefined : serverUrl + event.snapshot_url}
      alt=""
      aspect={crop ? THUMB_ASPECT : aspect}
      part={crop && first ? cropAround(first, aspect, THUMB_ASPECT, OBJECT_SHARE) : undefined}
    >
      {place && <PictureRegions regions={regionsOf(place)} aspect={aspect} firing />}
      {boxes.map((box, i) => (
        <AlarmBox key={tracks[i]?.track_id} part={box} />
      ))}
    </StillPicture>
  );
}

function placeOf({ camera, zone, line }: Found): Place | undefined {
  const places = placesOf([camera]);
  if (zone !== undefined) return findPlace(places, 'zone', zone);
  return line === undefined ? undefined : findPlace(places, 'line', line);
}

function watchedText(name: string, { minutes, of, since, gaps }: Watched): string {
  if (minutes === 0) return words.none(name);
  if (gaps.length === 0) return since === undefined ? words.all(name) : words.since(name, clockTime(since));
  const told = gaps.map((gap) => words.gap(clockTime(gap.from), clockTime(gap.until)));
  return words.watched(name, minutes, of, gaps.length > MAX_TOLD_GAPS ? words.gaps(gaps.length) : words.and(told));
}
