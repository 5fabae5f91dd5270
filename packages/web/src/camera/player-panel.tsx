import type { WatchState } from '@lookout/client';
import type { Camera } from '@lookout/protocol';
import { Download, Maximize, Minimize } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { formatFps, formatMs, formatSize } from '../lib/format.js';
import { FiguresBar } from '../player/figures-bar.js';
import type { LiveMeter } from '../player/live-meter.js';
import { LiveView, useFigures } from '../player/live-view.js';
import type { OverlaySettings } from '../player/overlay.js';
import { useFullscreen } from '../player/use-fullscreen.js';
import { IconButton } from '../ui/button.js';
import { Segmented, Toggles } from '../ui/segmented.js';
import { isAway } from './camera-away.js';
import { saveSnapshot } from './snapshot.js';
import { useStoredChoice } from './use-stored-choice.js';

const OVERLAY_OPTIONS = [
  { value: 'boxes', label: 'Boxes' },
  { value: 'labels', label: 'Labels' },
] as const;
type OverlayKey = (typeof OVERLAY_OPTIONS)[number]['value'];
const OVERLAY_KEYS = OVERLAY_OPTIONS.map(({ value }) => value);

const TIMINGS = [
  { value: 'auto', label: 'Auto', title: 'Exact while detection keeps up with the camera, else smooth' },
  {
    value: 'smooth',
    label: 'Smooth',
    title: 'Every picture at once, with boxes moved forward to where things are now',
  },
  { value: 'exact', label: 'Exact', title: 'Each picture waits for its own boxes' },
] as const;
const EVERY = { auto: 'auto', smooth: 'all', exact: 'analyzed' } as const;
type Timing = (typeof TIMINGS)[number]['value'];

export interface PlayerPanelProps {
  camera: Camera;
  meter: LiveMeter;
  /** How the picture fares. A stable function. */
  onState: (state: WatchState) => void;
}

/** The large picture and everything that changes how it is shown. */
export function PlayerPanel({ camera, meter, onState }: PlayerPanelProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [timing, setTiming] = useStoredChoice<Timing>('timing', 'auto', (value) =>
    TIMINGS.some((timing) => timing.value === value),
  );
  const [shown, setShown] = useStoredChoice<OverlayKey[]>(
    'overlay',
    [...OVERLAY_KEYS],
    (value) => Array.isArray(value) && value.every((key) => OVERLAY_KEYS.includes(key)),
  );
  const overlay = useOverlay(shown);
  const fullscreen = useFullscreen(() => frame.current);
  const [problem, setProblem] = useState('');
  const snapshot = () => {
    const [picture, boxes] = frame.current!.querySelectorAll('canvas');
    setProblem('');
    saveSnapshot(picture!, boxes!, camera.name).catch((error: Error) => setProblem(error.message));
  };
  return (
    <section
      aria-label="Live picture"
      className="relative overflow-hidden rounded-lg border border-line bg-surface sideways:rounded-none sideways:border-0"
    >
      <div
        ref={frame}
        className={fullscreen.active ? 'flex h-full flex-col bg-black' : 'flex justify-center bg-picture'}
      >
        <div
          className={
            fullscreen.active
              ? 'min-h-0 w-full flex-1'
              : 'w-full max-w-[calc((100dvh-12rem)*var(--shape))] sideways:max-w-[calc(100dvh*var(--shape))]'
          }
          style={shapeOf(camera)}
        >
          <LiveView
            token={camera.id}
            name={camera.name}
            overlay={overlay}
            meter={meter}
            every={EVERY[timing]}
            camera={{ state: camera.state, reason: camera.state_reason, away: isAway(camera) }}
            size={camera.width && camera.height ? { width: camera.width, height: camera.height } : undefined}
            layout={fullscreen.active ? 'fill' : 'shape'}
            onState={onState}
          />
        </div>
        {fullscreen.active && <FiguresBar meter={meter} />}
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-3 py-2.5 sideways:always-dark sideways:absolute sideways:top-0 sideways:right-0 sideways:h-dvh sideways:flex-col sideways:flex-nowrap sideways:items-end sideways:justify-between sideways:border-0 sideways:p-1 sideways:text-text sideways:pointer-events-none sideways:*:pointer-events-auto">
        <Segmented label="Boxes and picture" value={timing} options={TIMINGS} onChange={setTiming} />
        <div className="ml-auto flex sm:order-1">
          <IconButton label="Save this picture" onClick={snapshot}>
            <Download size={18} aria-hidden="true" />
          </IconButton>
          {fullscreen.possible && (
            <IconButton label={fullscreen.active ? 'Leave full screen' : 'Full screen'} onClick={fullscreen.toggle}>
              {fullscreen.active ? (
                <Minimize size={18} aria-hidden="true" />
              ) : (
                <Maximize size={18} aria-hidden="true" />
              )}
            </IconButton>
          )}
        </div>
        <div className="order-last w-full sm:order-none sm:w-auto">
          <Toggles label="Show on the picture" values={shown} options={OVERLAY_OPTIONS} onChange={setShown} />
        </div>
        {problem && (
          <p role="alert" className="order-last w-full text-bad">
            {problem}
          </p>
        )}
      </div>
      <PictureFacts meter={meter} />
    </section>
  );
}

/** What is in the picture, and how picture and boxes stand to each other. */
function PictureFacts({ meter }: { meter: LiveMeter }) {
  const { ageMs, found, skewMs, width, height, fps } = useFigures(meter);
  const isComing = ageMs !== undefined;
  return (
    <div className="figures flex flex-col justify-between gap-x-6 gap-y-1 border-t border-line px-4 py-2.5 sm:flex-row">
      <p className="min-w-0 truncate">
        <span className="text-muted">In the picture </span>
        {isComing ? found : '–'}
      </p>
      <p className="truncate text-muted">
        {formatSize(width, height)}
        {isComing && (
          <>
            , {formatFps(fps)} fps,{' '}
            <span title="How much older the boxes are than the picture, before they are moved forward">
              {skewMs === undefined ? 'boxes of this very frame' : `boxes ${formatMs(skewMs)} behind, moved forward`}
            </span>
          </>
        )}
      </p>
    </div>
  );
}

/** Keeps the picture in the window's height: its width is bound by height × shape. */
function shapeOf({ width, height }: Camera): React.CSSProperties {
  return { '--shape': width && height ? width / height : 16 / 9 } as React.CSSProperties;
}

function useOverlay(shown: readonly OverlayKey[]): OverlaySettings {
  const key = OVERLAY_KEYS.map((name) => (shown.includes(name) ? 1 : 0)).join('');
  const [settings, setSettings] = useState(() => overlayOf(key));
  useEffect(() => setSettings(overlayOf(key)), [key]);
  return settings;
}

function overlayOf(key: string): OverlaySettings {
  return Object.fromEntries(OVERLAY_KEYS.map((name, i) => [name, key[i] === '1'])) as unknown as OverlaySettings;
}
