import {
  Flashlight,
  FlashlightOff,
  type LucideIcon,
  MonitorUp,
  Pause,
  Play,
  ScanSearch,
  Square,
  SwitchCamera,
} from 'lucide-react';
import { t } from '../strings/index.js';
import { Button, type ButtonProps } from '../ui/button.js';
import { SelectField, SliderField } from '../ui/field.js';
import { canShareScreen } from './preview.js';
import type { PublishStore, PublishView } from './publish-store.js';
import { canSendVideo } from './video-publisher.js';

const words = t.publish.tools;
const WAYS = ['auto', 'pictures', 'video'] as const;

export interface PublishControlsProps {
  view: PublishView;
  store: PublishStore;
  boxes: boolean;
  onBoxes: (shown: boolean) => void;
}

/** Controls while the camera runs; only those that this camera supports. */
export function PublishControls({ view, store, boxes, onBoxes }: PublishControlsProps) {
  const { controls, cameras, paused, choice, source, problem } = view;
  const isCamera = choice.kind === 'camera';
  const several = isCamera && cameras.length > 1;
  const { torch, zoom } = controls ?? {};
  return (
    <div className="space-y-3 p-3 sideways:p-1.5">
      <div className="mx-auto grid max-w-md auto-cols-fr grid-flow-col gap-1.5 sideways:grid-flow-row">
        <Tool
          label={paused ? words.resume : words.pause}
          Icon={paused ? Play : Pause}
          pressed={paused}
          onClick={() => store.setPaused(!paused)}
        />
        {several && (
          <Tool
            label={words.otherCamera}
            text={words.flip}
            Icon={SwitchCamera}
            disabled={source.state !== 'live'}
            onClick={() => void store.flip()}
          />
        )}
        {torch !== undefined && (
          <Tool
            label={words.light}
            Icon={torch ? Flashlight : FlashlightOff}
            pressed={torch}
            onClick={() => void store.setTorch(!torch)}
          />
        )}
        <Tool label={words.boxes} Icon={ScanSearch} pressed={boxes} onClick={() => onBoxes(!boxes)} />
        {isCamera && canShareScreen() && (
          <Tool label={words.screen} Icon={MonitorUp} onClick={() => void store.start({ kind: 'screen' })} />
        )}
        {!isCamera && (
          <Tool
            label={words.camera}
            Icon={SwitchCamera}
            onClick={() => void store.start({ kind: 'camera', facing: 'environment' })}
          />
        )}
        <Tool label={words.stop} Icon={Square} variant="danger" onClick={() => store.stop()} />
      </div>
      {/* There is no room for sliders and lists beside the picture: they return when the phone is turned. */}
      <div className="space-y-3 sideways:hidden">
        {zoom && (
          <SliderField
            label={words.zoom}
            {...zoom}
            text={words.zoomBy(zoom.value)}
            onChange={(value) => void store.setZoom(value)}
          />
        )}
        {several && (
          <SelectField
            label={words.camera}
            value={controls?.deviceId ?? ''}
            options={[
              ...(controls?.deviceId === undefined ? [{ value: '', label: t.units.none }] : []),
              ...cameras.map(({ deviceId, label }, i) => ({
                value: deviceId,
                label: label || words.cameraNumber(i + 1),
              })),
            ]}
            onChange={(deviceId) => void store.start({ kind: 'camera', deviceId })}
          />
        )}
      </div>
      {canSendVideo() && (
        <div className="sideways:hidden">
          <SelectField
            label={words.way}
            hint={words.wayHint}
            value={view.way}
            options={WAYS.map((way) => ({ value: way, label: words.ways[way] }))}
            onChange={(way) => store.setWay(way as (typeof WAYS)[number])}
          />
        </div>
      )}
      {problem && (
        <p role="alert" className="text-bad">
          {problem}
        </p>
      )}
    </div>
  );
}

interface ToolProps extends ButtonProps {
  label: string;
  /** Text below the icon; default: the label. */
  text?: string;
  Icon: LucideIcon;
}

/** An icon with its word, large enough for a thumb. */
function Tool({ label, text = label, Icon, ...rest }: ToolProps) {
  return (
    <Button size="tool" aria-label={label} title={label} {...rest}>
      <Icon size={20} aria-hidden="true" />
      {text}
    </Button>
  );
}
