import type { CameraLinkInfo, WatchState } from '@lookout/client';
import { useRef, useState } from 'react';
import { isAway } from '../camera/camera-away.js';
import { saveSnapshot } from '../camera/snapshot.js';
import { classes } from '../ui/classes.js';
import { Dialog } from '../ui/dialog.js';
import { ErrorMessage } from '../ui/message.js';
import { Switch } from '../ui/switch.js';
import { LiveView, type LiveViewHandle, useMeter } from './live-view.js';
import { StatsOverlay } from './stats-overlay.js';
import { useFullscreen } from './use-fullscreen.js';
import { useIdle } from './use-idle.js';
import { usePictureInPicture } from './use-picture-in-picture.js';
import { useSideways } from './use-sideways.js';
import { ViewerBar } from './viewer-bar.js';
import { useViewerChoices } from './viewer-choices.js';
import { useViewerKeys, VIEWER_KEYS } from './viewer-keys.js';

/** Controls over a picture that fills the screen go away when nobody moved for so long. */
const HIDE_AFTER_MS = 3000;

export interface ViewerProps {
  /** View token, publish token or camera id. */
  token: string;
  /** What the server last said of it; undefined: nothing yet. */
  camera: CameraLinkInfo | undefined;
  /** A stable function. */
  onState: (state: WatchState) => void;
  state: WatchState['state'];
}

/** One camera and everything one can do with its picture, in the whole window. */
export function Viewer({ token, camera, state, onState }: ViewerProps) {
  const meter = useMeter();
  const view = useRef<LiveViewHandle>(null);
  const { choices, overlay, toggle } = useViewerChoices();
  const [helping, setHelping] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  // The whole page, so that menus and dialogs, which stand at its end, are seen as well.
  const fullscreen = useFullscreen(() => document.documentElement);
  const small = usePictureInPicture(view);
  const sideways = useSideways();
  const isOver = fullscreen.active || sideways;
  const idle = useIdle(isOver, HIDE_AFTER_MS);
  const attempt = (action: () => Promise<void>) => {
    setProblem(undefined);
    action().catch(setProblem);
  };
  const save = (withBoxes: boolean) => {
    const { picture, boxes } = view.current!;
    attempt(() =>
      saveSnapshot(picture, withBoxes && !choices.annotated ? boxes : undefined, camera?.name ?? 'lookout'),
    );
  };
  const openSmall = () => attempt(small.toggle);
  useViewerKeys(
    {
      boxes: choices.annotated ? undefined : () => toggle('boxes'),
      labels: choices.annotated ? undefined : () => toggle('labels'),
      annotated: () => toggle('annotated'),
      stats: () => toggle('stats'),
      save: () => save(true),
      saveBare: choices.annotated ? undefined : () => save(false),
      fullscreen: fullscreen.possible ? fullscreen.toggle : undefined,
      pictureInPicture: small.possible ? openSmall : undefined,
      help: () => setHelping(true),
    },
    choices.keys,
  );
  // Pictures that come are newer than what the server last said.
  const known = state === 'live' ? undefined : camera;
  return (
    <main className={classes('always-dark flex h-dvh flex-col bg-picture text-text', idle && 'cursor-none')}>
      <div className="relative min-h-0 flex-1">
        <LiveView
          ref={view}
          token={token}
          name={camera?.name ?? 'the camera'}
          overlay={overlay}
          mode={choices.annotated ? 'annotated' : 'overlay'}
          meter={meter}
          layout="fill"
          evenUnseen={small.active}
          camera={known && { state: known.state, reason: known.state_reason, away: isAway(known) }}
          awayReason="Its picture comes here by itself as soon as it sends one."
          onState={onState}
        />
        {choices.stats && <StatsOverlay meter={meter} annotated={choices.annotated} />}
        {problem !== undefined && (
          <div className="absolute inset-x-3 bottom-3 mx-auto max-w-lg">
            <ErrorMessage error={problem} />
          </div>
        )}
      </div>
      <div
        className={classes(
          'z-10 bg-surface transition-opacity duration-200',
          isOver && 'absolute inset-x-0 bottom-0',
          sideways && 'bg-surface/75',
          idle && 'pointer-events-none opacity-0 has-focus-visible:pointer-events-auto has-focus-visible:opacity-100',
        )}
      >
        <ViewerBar
          meter={meter}
          choices={choices}
          fullscreen={fullscreen.active}
          pictureInPicture={small.active}
          onToggle={toggle}
          onSave={save}
          onHelp={() => setHelping(true)}
          onFullscreen={fullscreen.possible ? fullscreen.toggle : undefined}
          onPictureInPicture={small.possible ? openSmall : undefined}
        />
      </div>
      <Dialog open={helping} onOpenChange={setHelping} title="Keys">
        <div className="mb-4">
          <Switch label="Use these keys" checked={choices.keys} onCheckedChange={() => toggle('keys')} />
        </div>
        <dl className="grid grid-cols-[2.5rem_1fr] items-center gap-y-2">
          {VIEWER_KEYS.map(({ key, does }) => (
            <div key={key} className="contents">
              <dt>
                <kbd className="inline-grid size-7 place-items-center rounded border border-line bg-sunken font-mono">
                  {key}
                </kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </main>
  );
}
