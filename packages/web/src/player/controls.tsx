import { Download, Keyboard, Layers, type LucideIcon, Maximize, Minimize, PictureInPicture2 } from 'lucide-react';
import type { Fullscreen } from '../lib/hooks.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { GlassButton } from '../ui/glass-button.js';
import { Popover } from '../ui/popover.js';
import type { ChoicesControl } from './choices.js';
import { layersOf, otherLayersOf, type PlayerActions } from './layers.js';
import { PLAYER_KEYS, type PlayerAction } from './player-keys.js';
import type { Way } from './video/way-chooser.js';
import { LayerSwitches, TimingChoice, WayChoice } from './view-options.js';

const words = t.player;

export interface ControlsProps extends ChoicesControl {
  actions: PlayerActions;
  fullscreen: Fullscreen;
  /** Whether the small window is open. */
  small: boolean;
  /** 1: the whole picture is shown. */
  scale: number;
  /** How the picture may come here, to choose from; undefined: that is chosen elsewhere. */
  ways: readonly Way[] | undefined;
}

/** How the picture is shown, on the picture. In narrow ones, most of it is behind one button. */
export function Controls({ choices, choose, actions, fullscreen, small, scale, ways }: ControlsProps) {
  const layers = layersOf(choices, actions);
  const wholeKey = PLAYER_KEYS.wholePicture;
  return (
    <div className="flex flex-wrap items-center justify-end gap-2">
      {scale > 1 && (
        <GlassButton
          label={words.withKey(words.wholePicture, wholeKey)}
          aria-keyshortcuts={wholeKey}
          className="figures"
          onClick={actions.wholePicture}
        >
          {words.zoomed(scale)}
        </GlassButton>
      )}
      <div className="hidden gap-2 @3xl:flex sideways:hidden">
        {layers.toReversed().map(({ action, label, title, on, toggle }) => (
          <GlassButton
            key={action}
            aria-keyshortcuts={PLAYER_KEYS[action]}
            title={title ?? words.withKey(label, PLAYER_KEYS[action])}
            disabled={!toggle}
            pressed={on}
            onClick={toggle}
          >
            {label}
          </GlassButton>
        ))}
      </div>
      <Popover label={words.layers} Icon={Layers} isOnPicture>
        <LayerSwitches layers={[...layers, ...otherLayersOf(choices, actions)]} />
        <div className="grid gap-2 p-2">
          <TimingChoice {...{ choices, choose }} />
          {ways && <WayChoice {...{ choices, choose, ways }} />}
          <span className="hidden [@media(hover:hover)]:grid">
            <Button variant="ghost" aria-keyshortcuts={PLAYER_KEYS.help} onClick={actions.help}>
              <Keyboard size={18} aria-hidden="true" />
              {words.keys.title}
            </Button>
          </span>
        </div>
      </Popover>
      <Action action="save" label={words.save} Icon={Download} onClick={actions.save} />
      <Action
        action="pictureInPicture"
        label={words.smallWindow}
        Icon={PictureInPicture2}
        pressed={small}
        onClick={actions.pictureInPicture}
      />
      <Action
        action="fullscreen"
        label={fullscreen.active ? words.leaveFullscreen : words.fullscreen}
        Icon={fullscreen.active ? Minimize : Maximize}
        onClick={actions.fullscreen}
      />
    </div>
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
    <GlassButton
      aria-label={label}
      title={words.withKey(label, key)}
      aria-keyshortcuts={key}
      onClick={onClick}
      {...rest}
    >
      <Icon size={18} aria-hidden="true" />
    </GlassButton>
  );
}
