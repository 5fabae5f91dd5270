import type { WatchState } from '@lookout/client';
import type { Camera, CameraLinkInfo } from '@lookout/protocol';
import { type CSSProperties, type ReactNode, useMemo, useRef, useState } from 'react';
import { useFullscreen, useIdle, useSideways, useStoredChoices } from '../lib/hooks.js';
import { t } from '../strings/index.js';
import { Switch } from '../ui/choice.js';
import { classes } from '../ui/classes.js';
import { Dialog } from '../ui/dialog.js';
import { ErrorMessage } from '../ui/message.js';
import { Controls, DEFAULT_CHOICES, type PlayerActions } from './controls.js';
import { FiguresLine, FiguresOverlay } from './figures.js';
import type { LiveMeter } from './live-meter.js';
import { LiveView, type LiveViewHandle } from './live-view.js';
import type { Alarm, OverlaySettings } from './overlay.js';
import { usePictureInPicture } from './picture-in-picture.js';
import { PLAYER_ACTIONS, PLAYER_KEYS, usePlayerKeys } from './player-keys.js';
import { saveSnapshot } from './snapshot.js';
import { PICTURES_ONLY } from './video/way-chooser.js';
import { chosenWays, waysOfVideo } from './video/ways-of-camera.js';

const words = t.player;

/** Controls over a picture that fills the screen hide after this long without movement. */
const HIDE_AFTER_MS = 3000;

const EVERY = { auto: 'auto', smooth: 'all', exact: 'analyzed' } as const;

export interface PlayerProps {
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
   * `page`: as wide as its parent, with the picture's aspect ratio. `window`: the size of its parent, with the figures beside the controls.
   */
  layout: 'page' | 'window';
  /** What warns at the moment; the same object until that changes. */
  alarm?: Alarm | undefined;
  awayAdvice?: string;
  /** A stable function. */
  onState: (state: WatchState) => void;
  /** Shown below the controls, unless those lie over the picture. */
  children?: ReactNode;
}

/** A live picture with all controls for how it is shown. */
export function Player(props: PlayerProps) {
  const { token, name, camera, videoCodec, meter, layout, alarm, awayAdvice, onState, children } = props;
  const view = useRef<LiveViewHandle>(null);
  const [choices, choose] = useStoredChoices('viewer', DEFAULT_CHOICES);
  const { boxes, labels, areas, guesses, annotated, timing, showing, stats } = choices;
  const possible = useMemo(() => waysOfVideo(videoCodec), [videoCodec]);
  const needsPictures = annotated || timing === 'exact';
  const ways = useMemo(
    () => (needsPictures ? PICTURES_ONLY : chosenWays(possible, showing)),
    [needsPictures, possible, showing],
  );
  const regions = useRegions(camera);
  // The same object until something changes: the view redraws for each new one.
  const overlay = useMemo(
    () => ({ boxes: boxes && !annotated, labels: labels && !annotated, regions: areas ? regions : undefined, alarm }),
    [boxes, labels, annotated, areas, regions, alarm],
  );
  const [helping, setHelping] = useState(false);
  const fullscreen = useFullscreen();
  const small = usePictureInPicture(view);
  const sideways = useSideways();
  const isOver = fullscreen.active || sideways;
  const fills = fullscreen.active || layout === 'window';
  const idle = useIdle(isOver, HIDE_AFTER_MS);
  const [problem, attempt] = useProblem();
  const save = (withBoxes: boolean) => {
    const { picture, layers } = view.current!;
    attempt(() => saveSnapshot(picture, withBoxes ? layers : [], name ?? t.product));
  };
  const actions: PlayerActions = {
    boxes: annotated ? undefined : () => choose({ boxes: !boxes }),
    labels: annotated ? undefined : () => choose({ labels: !labels }),
    areas: regions && (() => choose({ areas: !areas })),
    guesses: () => choose({ guesses: !guesses }),
    annotated: () => choose({ annotated: !annotated }),
    stats: () => choose({ stats: !stats }),
    save: () => save(true),
    saveBare: () => save(false),
    fullscreen: fullscreen.possible ? fullscreen.toggle : undefined,
    pictureInPicture: small.possible ? () => attempt(small.toggle) : undefined,
    help: () => setHelping(true),
  };
  usePlayerKeys(actions, choices.keys);
  return (
    <section
      aria-label={words.page}
      className={classes(
        'flex flex-col overflow-hidden bg-surface',
        fullscreen.active ? 'always-dark fixed inset-0 z-40' : 'relative',
        layout === 'window' ? 'h-full' : 'border-b border-line sideways:border-0',
        idle && 'cursor-none',
      )}
    >
      <div
        className={classes('relative flex min-h-0 flex-1 justify-center', fills || isOver ? 'bg-picture' : 'bg-sunken')}
      >
        <div
          className={classes(
            'w-full',
            // Keeps the picture within the window's height: its width is limited to height × aspect ratio.
            !fills && 'max-w-[calc((100dvh-12rem)*var(--shape))] sideways:max-w-[calc(100dvh*var(--shape))]',
          )}
          style={{ '--shape': (camera?.width ?? 16) / (camera?.height ?? 9) } as CSSProperties}
        >
          <LiveView
            {...{ token, overlay, meter, camera, awayAdvice, onState }}
            ref={view}
            hasKeys={labels}
            name={name ?? words.theCamera}
            guesses={guesses}
            every={annotated ? 'auto' : (EVERY[timing] ?? 'auto')}
            mode={annotated ? 'annotated' : 'overlay'}
            ways={ways}
            layout={fills ? 'fill' : 'shape'}
            evenUnseen={small.active}
          />
        </div>
        {stats && <FiguresOverlay meter={meter} annotated={annotated} />}
        <ErrorMessage error={problem} className="absolute inset-x-3 bottom-3 mx-auto max-w-lg" />
      </div>
      <div
        className={classes(
          'z-10 flex flex-col gap-x-4 px-2 pt-2 sm:px-3 pb-[max(0.5rem,env(safe-area-inset-bottom))] text-text transition-opacity duration-200 sm:min-h-12 sm:flex-row sm:items-center sm:pt-1.5 sm:pb-1.5',
          isOver && 'always-dark absolute inset-x-0 bottom-0',
          sideways ? 'bg-surface/75' : 'bg-surface',
          !isOver && 'border-t border-line',
          idle && 'pointer-events-none opacity-0 has-focus-visible:pointer-events-auto has-focus-visible:opacity-100',
        )}
      >
        {(fills || isOver) && <FiguresLine meter={meter} />}
        <Controls {...{ choices, choose, actions, fullscreen }} small={small.active} ways={possible.usable} />
      </div>
      {!isOver && children}
      <KeysHelp open={helping} onOpenChange={setHelping} use={choices.keys} onUse={(keys) => choose({ keys })} />
    </section>
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
      </dl>
    </Dialog>
  );
}
