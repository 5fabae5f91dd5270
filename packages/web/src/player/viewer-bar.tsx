import {
  ChartNoAxesColumn,
  Download,
  Keyboard,
  type LucideIcon,
  Maximize,
  Minimize,
  PictureInPicture2,
} from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { formatFps } from '../lib/format.js';
import { AgeFigure } from '../ui/age-figure.js';
import { IconButton } from '../ui/button.js';
import { classes } from '../ui/classes.js';
import type { LiveMeter } from './live-meter.js';
import { useFigures } from './live-view.js';
import type { ViewerChoice, ViewerChoices } from './viewer-choices.js';

export interface ViewerBarProps {
  meter: LiveMeter;
  choices: ViewerChoices;
  fullscreen: boolean;
  pictureInPicture: boolean;
  onToggle: (choice: ViewerChoice) => void;
  onSave: (withBoxes: boolean) => void;
  onHelp: () => void;
  /** Absent where the browser has none. */
  onFullscreen?: () => void;
  onPictureInPicture?: () => void;
}

/** What is seen, in figures, and everything that changes how. */
export function ViewerBar(props: ViewerBarProps) {
  const { choices, onToggle, onFullscreen, onPictureInPicture } = props;
  return (
    <div className="flex flex-col gap-x-4 px-3 pt-2 pb-[max(0.5rem,env(safe-area-inset-bottom))] sm:min-h-12 sm:flex-row sm:items-center sm:px-4 sm:pt-1.5 sm:pb-1.5">
      <Figures meter={props.meter} />
      <div className="flex flex-wrap items-center gap-1.5">
        <TextToggle
          label="Boxes"
          shortcut="b"
          pressed={choices.boxes || choices.annotated}
          disabled={choices.annotated}
          onClick={() => onToggle('boxes')}
        />
        <TextToggle
          label="Labels"
          shortcut="l"
          pressed={choices.labels || choices.annotated}
          disabled={choices.annotated}
          onClick={() => onToggle('labels')}
        />
        <TextToggle
          label="Boxes in the picture"
          title="The server draws the boxes into the picture: less work here, more there"
          shortcut="a"
          pressed={choices.annotated}
          onClick={() => onToggle('annotated')}
        />
        <div className="ml-auto flex">
          <IconToggle
            label="Figures"
            shortcut="i"
            Icon={ChartNoAxesColumn}
            pressed={choices.stats}
            onClick={() => onToggle('stats')}
          />
          <SaveMenu annotated={choices.annotated} onSave={props.onSave} />
          {onPictureInPicture && (
            <IconToggle
              label="Small window"
              shortcut="p"
              Icon={PictureInPicture2}
              pressed={props.pictureInPicture}
              onClick={onPictureInPicture}
            />
          )}
          <IconButton
            label="Keys"
            aria-keyshortcuts="?"
            onClick={props.onHelp}
            className="hidden [@media(hover:hover)]:inline-flex"
          >
            <Keyboard size={18} aria-hidden="true" />
          </IconButton>
          {onFullscreen && (
            <IconButton
              label={props.fullscreen ? 'Leave full screen' : 'Full screen'}
              aria-keyshortcuts="f"
              onClick={onFullscreen}
            >
              {props.fullscreen ? <Minimize size={18} aria-hidden="true" /> : <Maximize size={18} aria-hidden="true" />}
            </IconButton>
          )}
        </div>
      </div>
    </div>
  );
}

/** Of fixed places, so that changing figures move nothing. */
function Figures({ meter }: { meter: LiveMeter }) {
  const { ageMs, fps, found } = useFigures(meter);
  return (
    <div className="flex h-7 min-w-0 flex-1 items-center gap-3">
      <span className="w-20 shrink-0">
        <AgeFigure ageMs={ageMs} />
      </span>
      <span className="figures w-14 shrink-0">{ageMs === undefined ? '' : `${formatFps(fps)} fps`}</span>
      <span className="truncate text-muted">{ageMs === undefined ? '' : found}</span>
    </div>
  );
}

interface ToggleProps {
  label: string;
  title?: string;
  shortcut: string;
  pressed: boolean;
  disabled?: boolean;
  onClick: () => void;
}

function TextToggle({ label, title, shortcut, pressed, disabled, onClick }: ToggleProps) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      aria-keyshortcuts={shortcut}
      title={title ?? `${label} (${shortcut})`}
      disabled={disabled}
      onClick={onClick}
      className={classes(
        'h-8.5 rounded-md border px-2.5 text-[0.8125rem] font-medium whitespace-nowrap disabled:cursor-not-allowed disabled:opacity-55',
        pressed
          ? 'border-accent bg-accent-soft text-text'
          : 'border-line text-muted hover:border-line-strong hover:text-text',
      )}
    >
      {label}
    </button>
  );
}

function IconToggle({ label, shortcut, Icon, pressed, onClick }: ToggleProps & { Icon: LucideIcon }) {
  return (
    <IconButton
      label={label}
      title={`${label} (${shortcut})`}
      aria-pressed={pressed}
      aria-keyshortcuts={shortcut}
      onClick={onClick}
      className={classes(pressed && 'bg-accent-soft text-text')}
    >
      <Icon size={18} aria-hidden="true" />
    </IconButton>
  );
}

function SaveMenu({ annotated, onSave }: { annotated: boolean; onSave: (withBoxes: boolean) => void }) {
  const item =
    'flex cursor-pointer items-center justify-between gap-6 rounded px-3 py-2 outline-none data-[highlighted]:bg-sunken';
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <IconButton label="Save this picture">
          <Download size={18} aria-hidden="true" />
        </IconButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          side="top"
          align="end"
          sideOffset={6}
          className="always-dark z-50 rounded-md border border-line bg-surface p-1 text-text shadow-2xl"
        >
          <DropdownMenu.Item className={item} onSelect={() => onSave(true)}>
            {annotated ? 'Save picture' : 'Save with boxes'} <kbd className="text-muted">s</kbd>
          </DropdownMenu.Item>
          {!annotated && (
            <DropdownMenu.Item className={item} onSelect={() => onSave(false)}>
              Save without boxes <kbd className="text-muted">S</kbd>
            </DropdownMenu.Item>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
