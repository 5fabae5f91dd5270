import { Camera, MonitorUp } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { LiveView, useMeter } from '../player/live-view.js';
import { DEFAULT_OVERLAY } from '../player/overlay.js';
import { Button } from '../ui/button.js';
import { classes } from '../ui/classes.js';
import type { PublishStore, PublishView } from './publish-store.js';
import type { Status } from './publish-words.js';

export interface PreviewProps {
  token: string;
  view: PublishView;
  store: PublishStore;
  status: Status;
  /** Show what the server sees in place of what the camera sees. */
  boxes: boolean;
}

/** What the camera sees, as large as there is room; over it, what is wrong and what to do. */
export function Preview({ token, view, store, status, boxes }: PreviewProps) {
  const { stream, source, controls } = view;
  const seen = boxes && view.link?.state === 'live';
  return (
    <section aria-label="Preview" className="relative h-full overflow-hidden bg-picture text-white">
      <Picture stream={stream} mirrored={controls?.facing === 'user'} dimmed={status.notice !== undefined} />
      {seen && <Detections token={token} />}
      {source.state === 'off' && <Invitation store={store} />}
      {status.notice && (
        <div className="absolute inset-0 grid place-items-center overflow-y-auto p-5 text-center">
          <div className="max-w-prose">
            <p className="text-base font-semibold">{status.notice.title}</p>
            <p className="mt-1 text-pretty break-words text-white/85">{status.notice.advice}</p>
            <NoticeAction action={status.notice.action} store={store} />
          </div>
        </div>
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
      aria-label="What this camera sees"
      autoPlay
      muted
      playsInline
      disablePictureInPicture
      className={classes(
        'h-full w-full object-contain transition-opacity duration-200',
        // As in a mirror, as people expect of themselves; what is sent is not mirrored.
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
      <LiveView
        token={token}
        name="this camera, as the server sees it"
        overlay={DEFAULT_OVERLAY}
        meter={meter}
        layout="fill"
      />
    </div>
  );
}

function Invitation({ store }: { store: PublishStore }) {
  const sharing = 'getDisplayMedia' in (navigator.mediaDevices ?? {});
  return (
    <div className="absolute inset-0 grid place-items-center overflow-y-auto p-6 text-center">
      <div className="max-w-sm">
        <p className="text-lg font-semibold tracking-tight">Use this device as a camera</p>
        <p className="mt-2 text-pretty text-white/80">
          The picture goes to this server only, while this page is open. No sound is sent.
        </p>
        <Button
          variant="primary"
          className="mt-6 h-14 w-full rounded-xl text-base"
          onClick={() => void store.start({ kind: 'camera', facing: 'environment' })}
        >
          <Camera size={20} aria-hidden="true" />
          Start camera
        </Button>
        {sharing && (
          <Button
            variant="ghost"
            className="mt-2 h-11 w-full text-white/85 hover:bg-white/10 hover:text-white"
            onClick={() => void store.start({ kind: 'screen' })}
          >
            <MonitorUp size={17} aria-hidden="true" />
            Share a screen instead
          </Button>
        )}
      </div>
    </div>
  );
}

function NoticeAction({ action, store }: { action: NonNullable<Status['notice']>['action']; store: PublishStore }) {
  switch (action) {
    case 'start':
      return (
        <Button className="mt-5 h-11" onClick={() => void store.start()}>
          Try again
        </Button>
      );
    case 'resume':
      return (
        <Button className="mt-5 h-11" onClick={() => store.setPaused(false)}>
          Resume
        </Button>
      );
    case 'take-over':
      return (
        <Button className="mt-5 h-11" onClick={() => store.takeOver()}>
          Use this device again
        </Button>
      );
    default:
      return null;
  }
}
