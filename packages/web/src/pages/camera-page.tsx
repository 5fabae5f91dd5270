import { RequestError, type WatchState } from '@lookout/client';
import type { Camera } from '@lookout/protocol';
import { ArrowLeft, RotateCcw, SlidersHorizontal, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { useCamera, useCameraStats, useServerAway, useUpdateCamera } from '../api/queries.js';
import { useMay } from '../api/use-may.js';
import { AgeGraph } from '../camera/age-graph.js';
import { EditCameraDialog } from '../camera/edit-camera-dialog.js';
import { LinksPanel } from '../camera/links-panel.js';
import { PlayerPanel } from '../camera/player-panel.js';
import { RemoveCamera } from '../camera/remove-camera.js';
import { SharePanel } from '../camera/share-panel.js';
import { shownState } from '../camera/shown-state.js';
import { FramesPanel, HistoryPanel, InferencePanel } from '../camera/stats-panels.js';
import { WaterfallPanel } from '../camera/waterfall-panel.js';
import { useTitle } from '../lib/use-title.js';
import type { LiveMeter } from '../player/live-meter.js';
import { useFigures, useMeter } from '../player/live-view.js';
import { AgeFigure } from '../ui/age-figure.js';
import { IconButton } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { StateBadge } from '../ui/state-badge.js';
import { Switch } from '../ui/switch.js';
import { NotFoundPage } from './not-found-page.js';

export default function CameraPage() {
  const { id = '' } = useParams();
  const { data: camera, error } = useCamera(id);
  if (error instanceof RequestError && error.httpStatus === 404) return <NotFoundPage />;
  return (
    <>
      {error && (
        <div className="mb-4">
          <ErrorMessage error={error} />
        </div>
      )}
      {/* A new camera is a new page: nothing of the last one's figures stays. */}
      {camera && <CameraDetails key={camera.id} camera={camera} />}
    </>
  );
}

function CameraDetails({ camera }: { camera: Camera }) {
  useTitle(camera.name);
  const meter = useMeter();
  const may = useMay();
  const { data: stats, dataUpdatedAt } = useCameraStats(camera.id);
  const [view, setView] = useState<WatchState>();
  const isOn = camera.state !== 'off';
  return (
    <div className="relative">
      <CameraHeader camera={camera} view={view?.state} />
      <div className="grid gap-4 grid-cols-1 lg:grid-cols-[minmax(0,1fr)_22rem] lg:grid-rows-[auto_1fr]">
        <div className="min-w-0 sideways:-mx-4 sideways:-mt-5">
          <PlayerPanel camera={camera} meter={meter} onState={setView} />
        </div>
        <div className="min-w-0 space-y-4 lg:row-span-2">
          {may.manage && camera.kind === 'push' && <SharePanel camera={camera} />}
          {isOn && (
            <>
              <AgePanel meter={meter} />
              <WaterfallPanel meter={meter} />
              {stats && <FramesPanel stats={stats} meter={meter} />}
              {stats && <InferencePanel stats={stats} />}
            </>
          )}
        </div>
        <div className="grid min-w-0 content-start items-start gap-4 xl:grid-cols-2">
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

function AgePanel({ meter }: { meter: LiveMeter }) {
  const { ageMs } = useFigures(meter);
  return (
    <Panel title="Delay, camera to screen" aside={<span className="text-[0.8125rem] text-muted">last minute</span>}>
      <div className="mb-1">
        <AgeFigure ageMs={ageMs} large />
      </div>
      <AgeGraph meter={meter} />
    </Panel>
  );
}

function CameraHeader({ camera, view }: { camera: Camera; view: WatchState['state'] | undefined }) {
  const [editing, setEditing] = useState(false);
  const update = useUpdateCamera(camera.id);
  const { origin } = camera;
  const may = useMay();
  const ours = origin === 'api' && may.operate;
  return (
    <div className="mb-4 sideways:mb-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 sideways:always-dark sideways:absolute sideways:-top-5 sideways:-left-4 sideways:z-10 sideways:h-dvh sideways:w-60 sideways:content-start sideways:p-1 sideways:text-text sideways:pointer-events-none sideways:*:pointer-events-auto">
        <Link
          to="/"
          aria-label="Back to all cameras"
          title="Back to all cameras"
          className="grid size-9 pointer-coarse:size-11 place-items-center rounded-md text-muted hover:bg-sunken hover:text-text"
        >
          <ArrowLeft size={18} aria-hidden="true" />
        </Link>
        <h1 className="min-w-0 truncate text-lg font-semibold tracking-tight">{camera.name}</h1>
        <StateBadge state={shownState(camera, view, useServerAway())} reason={camera.state_reason} />
        <div className="ml-auto flex items-center gap-1 sideways:absolute sideways:bottom-1 sideways:left-1">
          {origin !== 'api' && <span className="text-[0.8125rem] text-muted">{ORIGINS[origin]}</span>}
          {ours && (
            <>
              {camera.loop === false && camera.enabled && camera.state === 'off' && (
                <IconButton
                  label="Play again"
                  disabled={update.isPending}
                  onClick={() => update.mutate({ enabled: true })}
                >
                  <RotateCcw size={17} aria-hidden="true" />
                </IconButton>
              )}
              <span className="mr-2 flex">
                <Switch
                  label="On"
                  checked={camera.enabled}
                  disabled={update.isPending}
                  onCheckedChange={(enabled) => update.mutate({ enabled })}
                />
              </span>
              <IconButton label="Settings" onClick={() => setEditing(true)}>
                <SlidersHorizontal size={17} aria-hidden="true" />
              </IconButton>
              {may.manage && <RemoveCamera camera={camera} />}
            </>
          )}
        </div>
      </div>
      {camera.warning && (
        <p className="mt-3 flex gap-2 rounded-md border border-line bg-sunken px-3.5 py-2.5">
          <TriangleAlert size={16} className="mt-0.5 shrink-0 text-warn" aria-hidden="true" />
          <span>{camera.warning}</span>
        </p>
      )}
      {update.isError && (
        <div className="mt-3">
          <ErrorMessage error={update.error} />
        </div>
      )}
      {ours && <EditCameraDialog camera={camera} open={editing} onOpenChange={setEditing} />}
    </div>
  );
}

/** Why a camera cannot be changed here. */
const ORIGINS: Record<Exclude<Camera['origin'], 'api'>, string> = {
  config: 'Set in the configuration file',
  cli: 'Set on the command line',
  demo: 'Part of the demo',
};
