import { Flashlight, FlashlightOff, MonitorUp, Pause, Play, ScanSearch, Square, SwitchCamera } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { classes } from '../ui/classes.js';
import { SelectField } from '../ui/field.js';
import type { PublishStore, PublishView } from './publish-store.js';

export interface PublishControlsProps {
  view: PublishView;
  store: PublishStore;
  boxes: boolean;
  onBoxes: (shown: boolean) => void;
}

/** What can be done while the camera runs; only what this camera can. */
export function PublishControls({ view, store, boxes, onBoxes }: PublishControlsProps) {
  const { controls, cameras, paused, choice, source } = view;
  const open = source.state === 'live';
  const several = cameras.length > 1;
  const sharing = 'getDisplayMedia' in (navigator.mediaDevices ?? {});
  return (
    <div className="space-y-3 p-3 sideways:p-1.5">
      <div className="mx-auto grid max-w-md auto-cols-fr grid-flow-col gap-1.5 sideways:grid-flow-row">
        <Tool label={paused ? 'Resume' : 'Pause'} pressed={paused} onClick={() => store.setPaused(!paused)}>
          {paused ? <Play size={20} aria-hidden="true" /> : <Pause size={20} aria-hidden="true" />}
        </Tool>
        {several && choice.kind === 'camera' && (
          <Tool label="Other camera" text="Flip" disabled={!open} onClick={() => void store.flip()}>
            <SwitchCamera size={20} aria-hidden="true" />
          </Tool>
        )}
        {controls?.torch !== undefined && (
          <Tool label="Light" pressed={controls.torch} onClick={() => void store.setTorch(!controls.torch)}>
            {controls.torch ? (
              <Flashlight size={20} aria-hidden="true" />
            ) : (
              <FlashlightOff size={20} aria-hidden="true" />
            )}
          </Tool>
        )}
        <Tool label="Boxes" pressed={boxes} onClick={() => onBoxes(!boxes)}>
          <ScanSearch size={20} aria-hidden="true" />
        </Tool>
        {sharing && choice.kind === 'camera' && (
          <Tool label="Screen" onClick={() => void store.start({ kind: 'screen' })}>
            <MonitorUp size={20} aria-hidden="true" />
          </Tool>
        )}
        {choice.kind === 'screen' && (
          <Tool label="Camera" onClick={() => void store.start({ kind: 'camera', facing: 'environment' })}>
            <SwitchCamera size={20} aria-hidden="true" />
          </Tool>
        )}
        <Tool label="Stop" danger onClick={() => store.stop()}>
          <Square size={19} aria-hidden="true" />
        </Tool>
      </div>
      {/* Their sliders and lists have no room beside the picture: they come back when the phone is turned. */}
      {controls?.zoom && <Zoom zoom={controls.zoom} onZoom={(zoom) => void store.setZoom(zoom)} />}
      {several && choice.kind === 'camera' && (
        <div className="sideways:hidden">
          <SelectField
            label="Camera"
            value={controls?.deviceId ?? ''}
            onChange={({ target }) => void store.start({ kind: 'camera', deviceId: target.value })}
          >
            {controls?.deviceId === undefined && <option value="">–</option>}
            {cameras.map(({ deviceId, label }, i) => (
              <option key={deviceId} value={deviceId}>
                {label || `Camera ${i + 1}`}
              </option>
            ))}
          </SelectField>
        </div>
      )}
      {view.problem && (
        <p role="alert" className="text-bad">
          {view.problem}
        </p>
      )}
    </div>
  );
}

interface ToolProps {
  label: string;
  /** What stands below the icon; default: the label. */
  text?: string;
  pressed?: boolean;
  danger?: boolean;
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}

/** An icon with its word, large enough for a thumb. */
function Tool({ label, text = label, pressed, danger, disabled, onClick, children }: ToolProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
      className={classes(
        'grid h-14 min-w-0 place-items-center content-center gap-1 rounded-lg border sideways:bg-surface/75 text-[0.6875rem] font-medium transition-colors disabled:opacity-50',
        pressed ? 'border-accent bg-accent-soft' : 'border-line hover:border-line-strong',
        danger && 'text-bad hover:border-bad',
      )}
    >
      {children}
      {text}
    </button>
  );
}

function Zoom({
  zoom,
  onZoom,
}: {
  zoom: NonNullable<NonNullable<PublishView['controls']>['zoom']>;
  onZoom: (value: number) => void;
}) {
  const id = useId();
  const { min, max, step, value } = zoom;
  return (
    <div className="flex items-center gap-3 sideways:hidden">
      <label htmlFor={id} className="text-muted">
        Zoom
      </label>
      <input
        id={id}
        type="range"
        className="h-9 pointer-coarse:h-11 flex-1 accent-(--accent)"
        {...{ min, max, step, value }}
        onChange={({ target }) => onZoom(target.valueAsNumber)}
      />
      <span className="figures w-10 text-right">{value.toFixed(1)}×</span>
    </div>
  );
}
