import {
  ChartNoAxesColumn,
  Download,
  Keyboard,
  Layers,
  type LucideIcon,
  Maximize,
  Minimize,
  PictureInPicture2,
} from 'lucide-react';
import type { Fullscreen } from '../lib/hooks.js';
import { t } from '../strings/index.js';
import { Button, IconButton } from '../ui/button.js';
import { Segmented, Switch } from '../ui/choice.js';
import { Popover } from '../ui/popover.js';
import { PLAYER_KEYS, type PlayerAction } from './player-keys.js';
import type { Way } from './video/way-chooser.js';
import type { Showing } from './video/ways-of-camera.js';

const words = t.player;

const TIMINGS = [
  { value: 'auto', label: words.timing.auto, title: words.timing.autoTitle },
  { value: 'smooth', label: words.timing.smooth, title: words.timing.smoothTitle },
  { value: 'exact', label: words.timing.exact, title: words.timing.exactTitle },
] as const;
const SHOWINGS = (['auto', 'whep', 'mse', 'pictures'] as const).map((value) => ({ value, ...words.showing[value] }));
export type Timing = (typeof TIMINGS)[number]['value'];
/** How pictures are shown; remembered by the browser, for all cameras. */
export const DEFAULT_CHOICES = {
  timing: 'auto' as Timing,
  showing: 'auto' as Showing,
  boxes: true,
  labels: true,
  /** Zones and lines, if the camera has any. */
  areas: true,
  /** Objects that are not confirmed yet. */
  guesses: false,
  /** The server draws the boxes. */
  annotated: false,
  stats: false,
  /** Whether letter keys work: users who dictate, or hit keys by accident, can switch them off. */
  keys: true,
};
export type Choices = typeof DEFAULT_CHOICES;

/** What keys and buttons do; undefined: not possible now. */
export type PlayerActions = Partial<Record<PlayerAction, (() => void) | undefined>>;

export interface ControlsProps {
  choices: Choices;
  choose: (change: Partial<Choices>) => void;
  actions: PlayerActions;
  fullscreen: Fullscreen;
  /** Whether the small window is open. */
  small: boolean;
  /** In which the camera's own video can be shown. */
  ways: readonly Way[];
}

/** How the picture is shown. On phones, most of it is behind one button. */
export function Controls({ choices, choose, actions, fullscreen, small, ways }: ControlsProps) {
  const { annotated, timing, showing, stats } = choices;
  const shown = layersOf(choices, actions);
  const showings = SHOWINGS.filter(({ value }) => ['auto', 'pictures', ...ways].includes(value));
  return (
    <div className="flex flex-wrap items-center gap-1.5 first:grow">
      {/* There is no room for it beside the picture: it returns when the phone is turned. */}
      <div className="flex sideways:hidden">
        <Segmented
          label={words.timing.label}
          value={timing}
          options={TIMINGS}
          disabled={annotated}
          onChange={(timing) => choose({ timing })}
        />
      </div>
      {ways.length > 0 && (
        <div className="flex sideways:hidden">
          <Segmented
            label={words.showing.label}
            value={showings.some(({ value }) => value === showing) ? showing : 'auto'}
            options={showings}
            disabled={annotated || timing === 'exact'}
            onChange={(showing) => choose({ showing })}
          />
        </div>
      )}
      <div className="flex flex-wrap gap-1.5 phone:hidden sideways:hidden">
        {shown.map((layer) => (
          <LayerToggle key={layer.action} {...layer} />
        ))}
      </div>
      <div className="ml-auto flex">
        <div className="hidden phone:flex sideways:flex">
          <Popover label={words.layers} Icon={Layers}>
            <ul className="min-w-56">
              {[
                ...shown,
                { action: 'stats' as const, label: words.figures.title, on: stats, toggle: actions.stats },
              ].map(({ action, label, on, toggle }) => (
                <li key={action} className="flex min-h-target items-center justify-between gap-4 px-2">
                  <span aria-hidden="true">{label}</span>
                  <Switch
                    label={label}
                    isLabelHidden
                    checked={on}
                    disabled={!toggle}
                    onCheckedChange={() => toggle?.()}
                  />
                </li>
              ))}
            </ul>
          </Popover>
        </div>
        <span className="flex phone:hidden sideways:hidden">
          <Action
            action="stats"
            label={words.figures.title}
            Icon={ChartNoAxesColumn}
            pressed={stats}
            onClick={actions.stats}
          />
        </span>
        <Action action="save" label={words.save} Icon={Download} onClick={actions.save} />
        <Action
          action="pictureInPicture"
          label={words.smallWindow}
          Icon={PictureInPicture2}
          pressed={small}
          onClick={actions.pictureInPicture}
        />
        <span className="hidden [@media(hover:hover)]:inline-flex">
          <Action action="help" label={words.keys.title} Icon={Keyboard} onClick={actions.help} />
        </span>
        <Action
          action="fullscreen"
          label={fullscreen.active ? words.leaveFullscreen : words.fullscreen}
          Icon={fullscreen.active ? Minimize : Maximize}
          onClick={actions.fullscreen}
        />
      </div>
    </div>
  );
}

/** Something over the picture that can be shown or hidden. */
interface Layer {
  action: PlayerAction;
  label: string;
  title?: string;
  on: boolean;
  /** Undefined: not possible now. */
  toggle: (() => void) | undefined;
}

function layersOf({ boxes, labels, areas, guesses, annotated }: Choices, actions: PlayerActions): Layer[] {
  const areasLayer: Layer = { action: 'areas', label: words.areas, on: areas, toggle: actions.areas };
  return [
    { action: 'boxes', label: words.boxes, on: boxes || annotated, toggle: actions.boxes },
    { action: 'labels', label: words.labels, on: labels || annotated, toggle: actions.labels },
    { action: 'guesses', label: words.guesses, title: words.guessesTitle, on: guesses, toggle: actions.guesses },
    // Only where something is drawn.
    ...(actions.areas ? [areasLayer] : []),
    {
      action: 'annotated',
      label: words.annotated,
      title: words.annotatedTitle,
      on: annotated,
      toggle: actions.annotated,
    },
  ];
}

function LayerToggle({ action, label, title, on, toggle }: Layer) {
  const key = PLAYER_KEYS[action];
  return (
    <Button
      size="compact"
      aria-keyshortcuts={key}
      title={title ?? words.withKey(label, key)}
      disabled={!toggle}
      pressed={on}
      onClick={toggle}
    >
      {label}
    </Button>
  );
}

interface ActionProps {
  action: PlayerAction;
  label: string;
  Icon: LucideIcon;
  pressed?: boolean;
  /** Undefined: the browser can't do it. */
  onClick: (() => void) | undefined;
}

function Action({ action, label, Icon, onClick, ...rest }: ActionProps) {
  const key = PLAYER_KEYS[action];
  if (!onClick) return null;
  return (
    <IconButton label={label} title={words.withKey(label, key)} aria-keyshortcuts={key} onClick={onClick} {...rest}>
      <Icon size={18} aria-hidden="true" />
    </IconButton>
  );
}
