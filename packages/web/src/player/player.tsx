import type { WatchState } from '@lookout/client';
import type { Camera, CameraLinkInfo } from '@lookout/protocol';
import { type ReactNode, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { formatMs } from '../lib/format.js';
import { useFullscreen, useIdle, useSideways } from '../lib/hooks.js';
import { t } from '../strings/index.js';
import { Switch } from '../ui/choice.js';
import { classes } from '../ui/classes.js';
import { Dialog } from '../ui/dialog.js';
import { ErrorMessage } from '../ui/message.js';
import type { Choices, ChoicesControl } from './choices.js';
import { Controls } from './controls.js';
import { FiguresOverlay } from './figures.js';
import type { PlayerActions } from './layers.js';
import type { LiveMeter } from './live-meter.js';
import { LiveView, type LiveViewHandle, PictureAge, useFigures, useStale } from './live-view.js';
import type { Alarm, OverlaySettings } from './overlay.js';
import { usePictureInPicture } from './picture-in-picture.js';
import { PLAYER_ACTIONS, PLAYER_KEYS, usePlayerKeys } from './player-keys.js';
import { saveSnapshot } from './snapshot.js';
import { PICTURES_ONLY } from './video/way-chooser.js';
import { chosenWays, waysOfVideo } from './video/ways-of-camera.js';

const words = t.player;

/** Controls hide after this long without movement. */
const HIDE_AFTER_MS = 3000;

const EVERY = { auto: 'auto', smooth: 'all', exact: 'analyzed' } as const;

export interface PlayerProps extends ChoicesControl {
  /** Camera id or link token. */
  token: string;
  /** Undefined: not known yet. */
  name: string | undefined;
  /** As for `LiveView`. */
  camera: Camera | CameraLinkInfo | undefined;
  /** Of the camera's own video; undefined: it has none, or it is not known yet. */
  videoCodec: string | undefined;
  meter: LiveMeter;
  /**
   * `page`: as wide as its parent, with the picture's aspect ratio; on a phone held sideways the whole screen. `window`: the size of its
   * parent.
   */
  layout: 'page' | 'window';
  /** What warns at the moment; the same object until that changes. */
  alarm?: Alarm | undefined;
  awayAdvice?: string;
  /** A stable function. */
  onState: (state: WatchState) => void;
  /** Beside the controls of a picture that fills the screen, such as a way out. */
  corner?: ReactNode;
}

/** A live picture with all controls for how it is shown, on the picture. They go away while nobody moves. */
export function Player(props: PlayerProps) {
  const { token, name, camera, videoCodec, meter, layout, alarm, awayAdvice, onState, choices, choose, corner } = props;
  const view = useRef<LiveViewHandle>(null);
  const { boxes, labels, guesses, annotated, timing, stats } = choices;
  const [usable, ways] = useChosenWays(videoCodec, choices);
  const regions = useRegions(camera);
  const overlay = useOverlay(choices, regions, alarm);
  const [helping, setHelping] = useState(false);
  const [scale, setScale] = useState(1);
  const fullscreen = useFullscreen();
  const small = usePictureInPicture(view);
  const sideways = useSideways();
  const fills = fullscreen.active || sideways || layout === 'window';
  const idle = useIdle(true, HIDE_AFTER_MS);
  const hasPicture = useSyncExternalStore(meter.subscribe, () => meter.snapshot().width > 0);
  const [problem, attempt] = useProblem();
  const save = (withBoxes: boolean) => {
    const { picture, layers, shown } = view.current!;
    attempt(() => saveSnapshot(picture, withBoxes ? layers : [], { name: name ?? t.product, ...shown() }));
  };
  const actions: PlayerActions = {
    boxes: annotated ? undefined : () => choose({ boxes: !boxes }),
    labels: annotated ? undefined : () => choose({ labels: !labels }),
    areas: regions && (() => choose({ areas: !choices.areas })),
    guesses: () => choose({ guesses: !guesses }),
    annotated: () => choose({ annotated: !annotated }),
    stats: () => choose({ stats: !stats }),
    save: () => save(true),
    saveBare: () => save(false),
    zoomIn: () => view.current!.zoom('in'),
    zoomOut: () => view.current!.zoom('out'),
    wholePicture: () => view.current!.zoom('whole'),
    fullscreen: fullscreen.possible ? fullscreen.toggle : undefined,
    pictureInPicture: small.possible ? () => attempt(small.toggle) : undefined,
    help: () => setHelping(true),
  };
  usePlayerKeys(actions, choices.keys);
  return (
    <section
      aria-label={words.page}
      className={classes(
        '@container always-dark overflow-hidden bg-picture',
        fullscreen.active ? 'fixed inset-0 z-40' : layout === 'window' ? 'relative h-full' : 'relative sideways:h-dvh',
        idle && 'cursor-none',
      )}
    >
      <LiveView
        {...{ token, overlay, meter, camera, awayAdvice, onState, guesses, ways }}
        ref={view}
        hasKeys
        onZoom={setScale}
        name={name ?? words.theCamera}
        every={annotated ? 'auto' : EVERY[timing]}
        mode={annotated ? 'annotated' : 'overlay'}
        layout={fills ? 'fill' : 'shape'}
        evenUnseen={small.active}
      />
      {stats && <FiguresOverlay meter={meter} annotated={annotated} />}
      <ErrorMessage error={problem} className="absolute inset-x-3 bottom-16 mx-auto max-w-lg" />
      <div className={classes(EDGE, 'bottom-0 flex items-end gap-2 text-on-glass', idle && HIDDEN)}>
        {fills && corner}
        {hasPicture && (
          <div className="min-w-0 flex-1">
            <Controls
              {...{ choices, choose, actions, fullscreen, scale }}
              small={small.active}
              ways={layout === 'window' ? usable : undefined}
            />
          </div>
        )}
      </div>
      {fills && (
        <div className={classes(EDGE, 'top-0 flex', idle && HIDDEN)}>
          <PictureChip name={name} meter={meter} />
        </div>
      )}
      <KeysHelp open={helping} onOpenChange={setHelping} use={choices.keys} onUse={(keys) => choose({ keys })} />
    </section>
  );
}

/** What the controls stand on: it lets through what is not for them. */
const EDGE =
  'pointer-events-none absolute inset-x-0 z-10 pt-2.5 pr-[max(0.625rem,env(safe-area-inset-right))] pb-[max(0.625rem,env(safe-area-inset-bottom))] pl-[max(0.625rem,env(safe-area-inset-left))] transition-opacity duration-180 [&_button]:pointer-events-auto [&_a]:pointer-events-auto';
/** A finger that brings the controls back presses none of them; a mouse has brought them back before it presses. */
const HIDDEN =
  'opacity-0 has-focus-visible:opacity-100 has-[:popover-open]:opacity-100 pointer-coarse:not-has-[:popover-open]:[&_button]:pointer-events-none pointer-coarse:not-has-[:popover-open]:[&_a]:pointer-events-none';

/** Which camera this is, and how late its picture. */
function PictureChip({ name, meter }: { name: string | undefined; meter: LiveMeter }) {
  const { ageMs } = useFigures(meter);
  const isStale = useStale(meter);
  const isComing = ageMs !== undefined;
  if (name === undefined && !isComing) return null;
  return (
    <p className="figures truncate rounded-full bg-glass px-3 py-1.5 text-12 text-on-glass">
      {name}
      {name !== undefined && isComing && ', '}
      {isComing && (isStale ? <PictureAge meter={meter} /> : words.delay(formatMs(ageMs)))}
    </p>
  );
}

/** In which ways a camera can be shown, and those that are tried now: the same objects until they change. */
function useChosenWays(videoCodec: string | undefined, { annotated, timing, showing }: Choices) {
  const possible = useMemo(() => waysOfVideo(videoCodec), [videoCodec]);
  const needsPictures = annotated || timing === 'exact';
  const ways = useMemo(
    () => (needsPictures ? PICTURES_ONLY : chosenWays(possible, showing)),
    [needsPictures, possible, showing],
  );
  return [possible.usable, ways] as const;
}

/** The same object until something changes: the view redraws for each new one. */
function useOverlay(
  { boxes, labels, areas, annotated }: Choices,
  regions: OverlaySettings['regions'],
  alarm: Alarm | undefined,
): OverlaySettings {
  return useMemo(
    () => ({ boxes: boxes && !annotated, labels: labels && !annotated, regions: areas ? regions : undefined, alarm }),
    [boxes, labels, annotated, areas, regions, alarm],
  );
}

/** The camera's zones and lines, the same object until they change; undefined if it has none. */
function useRegions(camera: PlayerProps['camera']): OverlaySettings['regions'] {
  const { zones, lines } = camera && 'zones' in camera ? camera : NO_REGIONS;
  return useMemo(() => (zones.length + lines.length > 0 ? { zones, lines } : undefined), [zones, lines]);
}

const NO_REGIONS = { zones: [], lines: [] };

/** The error of the last attempt, and a function that makes one. */
function useProblem(): [problem: unknown, attempt: (action: () => Promise<void>) => void] {
  const [problem, setProblem] = useState<unknown>();
  const attempt = (action: () => Promise<void>) => {
    setProblem(undefined);
    action().catch(setProblem);
  };
  return [problem, attempt];
}

interface KeysHelpProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  use: boolean;
  onUse: (use: boolean) => void;
}

function KeysHelp({ open, onOpenChange, use, onUse }: KeysHelpProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={words.keys.title}>
      <Switch label={words.keys.use} checked={use} onCheckedChange={onUse} />
      <dl className="mt-4 grid grid-cols-[2.5rem_1fr] items-center gap-y-2">
        {PLAYER_ACTIONS.map((action) => (
          <div key={action} className="contents">
            <dt>
              <kbd className="inline-grid size-7 place-items-center rounded-sm border border-line bg-sunken font-mono">
                {PLAYER_KEYS[action]}
              </kbd>
            </dt>
            <dd>{words.keys[action]}</dd>
          </div>
        ))}
        <div className="contents">
          <dt>
            <kbd className="inline-grid size-7 place-items-center rounded-sm border border-line bg-sunken font-mono">
              ←→
            </kbd>
          </dt>
          <dd>{words.keys.objects}</dd>
        </div>
        <div className="contents">
          <dt>
            <kbd className="inline-grid h-7 min-w-7 place-items-center rounded-sm border border-line bg-sunken px-1 font-mono">
              ⇧←
            </kbd>
          </dt>
          <dd>{words.keys.pan}</dd>
        </div>
      </dl>
    </Dialog>
  );
}
