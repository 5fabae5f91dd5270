import type { Camera, Mode, StoredRule } from '@lookout/protocol';
import { House, Moon, Video } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { timeInWords } from '../../lib/when.js';
import { PhraseOfRule } from '../../phrases/index.js';
import { SecondLookOfRule } from '../../second-look/index.js';
import { t } from '../../strings/index.js';
import { partText } from '../describe.js';
import { blindCamera } from '../model/covered-cameras.js';
import { partsOf } from '../model/parts.js';
import { cameraOf, findPlace, type Place } from '../model/places.js';
import { Swatch } from '../place-picture.js';

const words = t.rules;

export interface RuleChipsProps {
  rule: StoredRule;
  cameras: readonly Camera[];
  places: readonly Place[];
}

/** Where, when and how loud a rule warns, in short. */
export function RuleChips({ rule, cameras, places }: RuleChipsProps) {
  const parts = partsOf(rule.rule);
  const { where, when } = parts;
  const name = where.line ?? where.zone;
  const place = name === undefined ? undefined : findPlace(places, where.line === undefined ? 'zone' : 'line', name);
  return (
    <ul className="flex flex-wrap gap-x-2 gap-y-1.5">
      {name !== undefined && <Chip icon={place && <Swatch color={place.color} />}>{name}</Chip>}
      {(name === undefined || where.cameras !== 'all') && (
        <Chip icon={<Video size={15} aria-hidden="true" />}>
          {where.cameras === 'all'
            ? words.chips.everyCamera
            : t.compose.values.cameras(where.cameras.map((id) => cameraOf(id, cameras)?.name ?? id))}
        </Chip>
      )}
      {when.windows.length === 0 ? (
        <Chip>{words.chips.always}</Chip>
      ) : (
        <Chip icon={<Moon size={15} aria-hidden="true" />}>{partText('when', parts, cameras)}</Chip>
      )}
      {rule.rule.severity !== 'warning' && <Chip>{words.chips[rule.rule.severity]}</Chip>}
      {rule.modes.includes('home') && (
        <Chip icon={<House size={15} aria-hidden="true" />}>
          {rule.modes.includes('away') ? words.chips.alsoAtHome : words.chips.onlyAtHome}
        </Chip>
      )}
    </ul>
  );
}

function Chip({ icon, children }: { icon?: ReactNode; children: ReactNode }) {
  return (
    <li className="inline-flex min-h-6.5 items-center gap-1.5 rounded-full bg-sunken px-2.5 text-12 text-muted">
      {icon}
      {children}
    </li>
  );
}

export interface RuleHistoryProps {
  rule: StoredRule;
  cameras: readonly Camera[];
  mode: Mode | undefined;
  nowMs: number;
  /** How many things are ignored that it would warn about. */
  ignored: number;
  onIgnored: () => void;
}

/** When a rule last warned and how often, what was wrong, and what keeps it from warning now. */
export function RuleHistory({ rule, cameras, mode, nowMs, ignored, onIgnored }: RuleHistoryProps) {
  const isNote = rule.rule.severity === 'info';
  const { last_event_at: last, events_24h, wrong_24h } = rule;
  const time = last === null ? undefined : timeInWords(last, nowMs);
  const blind = blindCamera(rule, cameras);
  return (
    <p className="figures text-13 text-muted">
      {time === undefined ? words.last.never(isNote) : words.last.at(time, isNote)}{' '}
      {events_24h > 0 && words.last.in24h(events_24h)}
      {wrong_24h > 0 && (
        <>
          {', '}
          <Link to={`/events?rule=${encodeURIComponent(rule.id)}&verdict=wrong`} className={LINK}>
            {words.last.wrong(wrong_24h)}
          </Link>
        </>
      )}
      {ignored > 0 && (
        <>
          {', '}
          <button type="button" onClick={onIgnored} className={`${LINK} pointer-coarse:-my-3`}>
            {words.last.ignored(ignored)}
          </button>
        </>
      )}
      {(events_24h > 0 || ignored > 0) && '. '}
      {!rule.enabled && words.last.off} {rule.enabled && mode && !rule.modes.includes(mode) && words.last.silent[mode]}{' '}
      {blind && words.last.blind(blind.name, t.states[blind.state])}
      <PhraseOfRule rule={rule} />
      <SecondLookOfRule secondLook={rule.second_look} />
      {rule.warning && <span className="block text-warn">{rule.warning}</span>}
    </p>
  );
}

const LINK = 'font-medium text-accent-text hover:underline';
