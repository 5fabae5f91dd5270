import { RequestError, type WatchState } from '@lookout/client';
import type { Camera } from '@lookout/protocol';
import { ChevronLeft, RotateCcw, SlidersHorizontal, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useServerAway } from '../api/camera-feed.js';
import { useCamera, useCameraStats, useMay, useRemoveCamera, useUpdateCamera } from '../api/queries.js';
import { CameraSettings } from '../camera/camera-settings.js';
import { awayStream, StateBadge, shownState } from '../camera/camera-state.js';
import { LinksPanel, SharePanel } from '../camera/share-panel.js';
import { useAlarm } from '../events/alarm.js';
import { useTitle } from '../lib/hooks.js';
import { PictureFacts } from '../player/figures.js';
import { useMeter } from '../player/live-view.js';
import { Player } from '../player/player.js';
import { t } from '../strings/index.js';
import { IconButton } from '../ui/button.js';
import { Switch } from '../ui/choice.js';
import { ConfirmDialog } from '../ui/dialog.js';
import { ErrorMessage, Warning } from '../ui/message.js';
import { ZonesPanel } from '../zones/zones-panel.js';
import { NotFoundPage } from './not-found-page.js';
import { DelayPanel, FramesPanel, HistoryPanel, InferencePanel, WaterfallPanel } from './stats-panels.js';

const words = t.cameras;

export default function CameraPage() {
  const { id = '' } = useParams();
  const { data: camera, error } = useCamera(id);
  if (error instanceof RequestError && error.httpStatus === 404) return <NotFoundPage />;
  return (
    <>
      <ErrorMessage error={error} className="m-4" />
      {/* Another camera is another page: no figures of the last one stay. */}
      {camera && <CameraDetails key={camera.id} camera={camera} />}
    </>
  );
}

function CameraDetails({ camera }: { camera: Camera }) {
  useTitle(camera.name);
  const meter = useMeter();
  const may = useMay();
  const alarm = useAlarm(camera.id);
  const { data: stats, dataUpdatedAt } = useCameraStats(camera.id);
  const [view, setView] = useState<WatchState>();
  return (
    <div className="relative">
      <CameraHeader camera={camera} view={view?.state} />
      <div className="grid grid-cols-1 lg:grid-cols-[minmax(0,1fr)_24.5rem] lg:grid-rows-[auto_1fr]">
        <div className="min-w-0">
          <Player
            token={camera.id}
            name={camera.name}
            camera={camera}
            videoCodec={camera.video?.codec}
            meter={meter}
            layout="page"
            alarm={alarm}
            onState={setView}
          >
            <PictureFacts meter={meter} />
          </Player>
        </div>
        <div className="min-w-0 space-y-4 border-line p-4 lg:row-span-2 lg:border-l">
          {may.manage && camera.kind === 'push' && <SharePanel camera={camera} />}
          <ZonesPanel camera={camera} />
          {camera.state !== 'off' && (
            <>
              <DelayPanel meter={meter} />
              <WaterfallPanel meter={meter} />
              {stats && <FramesPanel stats={stats} meter={meter} />}
              {stats && <InferencePanel stats={stats} />}
            </>
          )}
        </div>
        <div className="grid min-w-0 content-start items-start gap-4 p-4 max-lg:pt-0 xl:grid-cols-2">
          <div className="min-w-0 space-y-4">
            {may.manage && camera.kind === 'pull' && <SharePanel camera={camera} />}
            {stats && <HistoryPanel stats={stats} nowMs={dataUpdatedAt} />}
          </div>
          <LinksPanel cameraId={camera.id} />
        </div>
      </div>
    </div>
  );
}

function CameraHeader({ camera, view }: { camera: Camera; view: WatchState['state'] | undefined }) {
  const update = useUpdateCamera(camera.id);
  const { origin } = camera;
  const may = useMay();
  const away = awayStream(camera);
  return (
    <>
      <div className="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-1 phone:flex-nowrap phone:gap-x-1.5 border-b border-line bg-surface py-1.5 pr-5 pl-3.5 phone:sticky phone:top-0 phone:z-30 phone:pr-2 phone:pl-1 sideways:always-dark sideways:absolute sideways:inset-x-0 sideways:top-0 sideways:z-10 sideways:border-0 sideways:bg-transparent sideways:bg-linear-to-b sideways:from-black/65 sideways:to-transparent sideways:p-1 sideways:text-text sideways:pointer-events-none sideways:*:pointer-events-auto">
        <Link
          to="/"
          aria-label={words.back}
          title={words.back}
          className="grid size-target place-items-center rounded-md text-muted hover:bg-sunken hover:text-text"
        >
          <ChevronLeft size={20} aria-hidden="true" />
        </Link>
        <h1 className="min-w-0 truncate text-[1.0625rem] leading-6 font-title tracking-[-0.015em]">{camera.name}</h1>
        <StateBadge state={shownState(camera, view, useServerAway())} reason={camera.state_reason} />
        <div className="ml-auto flex shrink-0 items-center gap-1 phone:gap-0">
          {origin !== 'api' && <span className="text-13 text-muted">{words.origins[origin]}</span>}
          {origin === 'api' && may.operate && <CameraControls camera={camera} update={update} />}
        </div>
      </div>
      {(camera.warning || away || update.error) && (
        <div className="space-y-3 p-4">
          {camera.warning && <Warning>{camera.warning}</Warning>}
          {away && <Warning>{away}</Warning>}
          <ErrorMessage error={update.error} />
        </div>
      )}
    </>
  );
}

function CameraControls({ camera, update }: { camera: Camera; update: ReturnType<typeof useUpdateCamera> }) {
  const may = useMay();
  const [editing, setEditing] = useState(false);
  const remove = useRemoveCamera(camera.id);
  const navigate = useNavigate();
  const hasEnded = camera.loop === false && camera.enabled && camera.state === 'off';
  return (
    <>
      {hasEnded && (
        <IconButton
          label={words.playAgain}
          disabled={update.isPending}
          onClick={() => update.mutate({ enabled: true })}
        >
          <RotateCcw size={17} aria-hidden="true" />
        </IconButton>
      )}
      <span className="mr-2 flex phone:mr-1">
        <Switch
          label={words.on}
          isLabelHidden="on phones"
          checked={camera.enabled}
          disabled={update.isPending}
          onCheckedChange={(enabled) => update.mutate({ enabled })}
        />
      </span>
      <IconButton label={words.settings.button} onClick={() => setEditing(true)}>
        <SlidersHorizontal size={17} aria-hidden="true" />
      </IconButton>
      {may.manage && (
        <ConfirmDialog
          trigger={
            <IconButton label={words.remove.button}>
              <Trash2 size={17} aria-hidden="true" />
            </IconButton>
          }
          title={words.remove.title(camera.name)}
          description={words.remove.text}
          cancel={t.actions.keepIt}
          confirm={words.remove.confirm}
          onConfirm={() => remove.mutateAsync().then(() => navigate('/'))}
        />
      )}
      <CameraSettings camera={camera} open={editing} onOpenChange={setEditing} />
    </>
  );
}
