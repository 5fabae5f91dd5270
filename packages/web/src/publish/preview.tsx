import { Camera, MonitorUp } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { LiveView, useMeter } from '../player/live-view.js';
import { DEFAULT_OVERLAY } from '../player/overlay.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { classes } from '../ui/classes.js';
import { PictureNotice } from '../ui/message.js';
import type { PublishStore, PublishView } from './publish-store.js';
import type { Status } from './publish-words.js';

const words = t.publish;

export interface PreviewProps {
  token: string;
  view: PublishView;
  store: PublishStore;
  status: Status;
  /** Show what the server sees instead of what the camera sees. */
  boxes: boolean;
}

/** The camera's picture, as large as possible; over it, what is wrong and what to do. */
export function Preview({ token, view, store, status, boxes }: PreviewProps) {
  const { stream, source, controls, link } = view;
  const { notice } = status;
  const act = {
    start: () => void store.start(),
    resume: () => store.setPaused(false),
    'take-over': () => store.takeOver(),
  };
  return (
    <section aria-label={words.preview} className="relative h-full overflow-hidden bg-picture text-white">
      <Picture stream={stream} mirrored={controls?.facing === 'user'} dimmed={notice !== undefined} />
      {boxes && link?.state === 'live' && <Detections token={token} />}
      {source.state === 'off' && <Invitation store={store} />}
      {notice && (
        <PictureNotice title={notice.title} advice={notice.advice}>
          {notice.action && (
            <Button className="mt-5 h-11" onClick={act[notice.action]}>
              {words.actions[notice.action]}
            </Button>
          )}
        </PictureNotice>
      )}
    </section>
  );
}

function Picture({ stream, mirrored, dimmed }: { stream?: MediaStream; mirrored: boolean; dimmed: boolean }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    video.current!.srcObject = stream ?? null;
  }, [stream]);
  return (
    <video
      ref={video}
      aria-label={words.picture}
      autoPlay
      muted
      playsInline
      disablePictureInPicture
      className={classes(
        'h-full w-full object-contain transition-opacity duration-200',
        // Mirrored, as people expect of their own picture; what is sent is not mirrored.
        mirrored && '-scale-x-100',
        stream ? (dimmed ? 'opacity-20' : 'opacity-100') : 'opacity-0',
      )}
    />
  );
}

function Detections({ token }: { token: string }) {
  const meter = useMeter();
  return (
    <div className="absolute inset-0">
      <LiveView token={token} name={words.asServerSees} overlay={DEFAULT_OVERLAY} meter={meter} layout="fill" />
    </div>
  );
}

function Invitation({ store }: { store: PublishStore }) {
  return (
    <PictureNotice title={words.invitation.title} advice={words.invitation.text}>
      <Button
        variant="primary"
        className="mt-6 h-14 w-full max-w-sm rounded-lg text-16"
        onClick={() => void store.start({ kind: 'camera', facing: 'environment' })}
      >
        <Camera size={20} aria-hidden="true" />
        {words.invitation.start}
      </Button>
      {canShareScreen() && (
        <Button
          variant="ghost"
          className="mt-2 h-11 w-full max-w-sm text-white/85 hover:bg-white/10 hover:text-white"
          onClick={() => void store.start({ kind: 'screen' })}
        >
          <MonitorUp size={17} aria-hidden="true" />
          {words.invitation.screen}
        </Button>
      )}
    </PictureNotice>
  );
}

/** Phones can't share their screen. */
export function canShareScreen(): boolean {
  return 'getDisplayMedia' in (navigator.mediaDevices ?? {});
}
