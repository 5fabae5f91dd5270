import type { Camera, ObjectFamily } from '@lookout/protocol';
import { Link } from 'react-router';
import { useMay } from '../../api/queries.js';
import { isAway } from '../../camera/camera-state.js';
import { PublishPanel } from '../../camera/share-panel.js';
import { useEvents } from '../../events/queries.js';
import type { LiveMeter } from '../../player/live-meter.js';
import { useFigures } from '../../player/live-view.js';
import type { ComposeState } from '../../rules/compose-state.js';
import { askingRules } from '../../rules/model/covered-cameras.js';
import { useRules } from '../../rules/queries.js';
import { SentAway } from '../../second-look/index.js';
import { t } from '../../strings/index.js';
import { classes } from '../../ui/classes.js';
import { Panel } from '../../ui/panel.js';
import { ZonesPanel } from '../../zones/zones-panel.js';
import { ASIDE_LINK } from './aside-link.js';
import { EventRow } from './event-row.js';
import { LastHour } from './last-hour.js';
import { RuleSwitches } from './rule-switches.js';
import { tabPath } from './tabs.js';

const words = t.cameraPage;
const LATEST = 3;

/** What is in the picture now, what happened last, and what is watched for. */
export function LiveTab({ camera, meter }: { camera: Camera; meter: LiveMeter }) {
  const may = useMay();
  const { isPending: hasNoEvents } = useLatest(camera);
  const { data: rules, isPending: hasNoRules } = useRules();
  return (
    <div className="flat-panels">
      {/* Somebody has to open its link now. */}
      {may.manage && isAway(camera) && <PublishPanel camera={camera} />}
      <PresentPanel meter={meter} />
      {/* Where there is room for it, it is below the picture. */}
      <div className="flat-panels lg:hidden">
        <LastHour camera={camera} />
      </div>
      {/* All at once, so that nothing moves when the rest arrives. */}
      {!hasNoEvents && !hasNoRules && (
        <>
          <LatestPanel camera={camera} />
          <Panel
            title={words.rules.title}
            aside={
              may.operate && (
                <Link to="/rules/new" state={{ camera: camera.id } satisfies ComposeState} className={ASIDE_LINK}>
                  {words.rules.new}
                </Link>
              )
            }
          >
            <RuleSwitches camera={camera} />
          </Panel>
          <SentAway rules={askingRules(rules ?? [], camera)} />
          <ZonesPanel camera={camera} />
        </>
      )}
    </div>
  );
}

const useLatest = (camera: Camera) => useEvents({ camera: camera.id });

const FAMILIES: ReadonlyArray<readonly [ObjectFamily, string]> = [
  ['person', 'bg-strip-person'],
  ['vehicle', 'bg-strip-vehicle'],
  ['animal', 'bg-strip-animal'],
  ['thing', 'bg-line-strong'],
];

function PresentPanel({ meter }: { meter: LiveMeter }) {
  const { present, ageMs } = useFigures(meter);
  const isComing = ageMs !== undefined;
  // What has no family is rare, and only counted where there is some.
  const families = FAMILIES.filter(([family]) => family !== 'thing' || present.thing > 0);
  return (
    <Panel
      title={words.present.title}
      aside={!isComing && <span className="text-13 text-muted">{words.present.nothing}</span>}
    >
      <ul className="grid auto-cols-fr grid-flow-col gap-2.5">
        {families.map(([family, colour]) => (
          <li key={family} className="min-w-0 rounded-[12px] bg-sunken px-3.5 py-2.5">
            <span
              className={classes(
                'figures block text-20 font-title',
                (!isComing || present[family] === 0) && 'text-muted',
              )}
            >
              {isComing ? present[family] : t.units.none}
            </span>
            <span className="flex items-center gap-1.5 text-12 text-muted">
              <span className={classes('size-2 shrink-0 rounded-full', colour)} aria-hidden="true" />
              <span className="truncate">{words.present.family(family, isComing ? present[family] : 0)}</span>
            </span>
          </li>
        ))}
      </ul>
      {isComing && present.guess > 0 && (
        <p className="mt-3 text-13 text-muted">{words.present.guesses(present.guess)}</p>
      )}
    </Panel>
  );
}

function LatestPanel({ camera }: { camera: Camera }) {
  const { data } = useLatest(camera);
  const events = data?.pages[0]?.events.slice(0, LATEST) ?? [];
  return (
    <Panel
      title={words.latest.title}
      aside={
        events.length > 0 && (
          <Link to={tabPath(camera.id, 'events')} className={ASIDE_LINK}>
            {words.latest.all}
          </Link>
        )
      }
    >
      {data && events.length === 0 && <p className="text-13 text-muted">{words.latest.none}</p>}
      <ul className="divide-y divide-line">
        {events.map((event) => (
          <li key={event.id}>
            <EventRow event={event} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
