import type { Camera } from '@lookout/protocol';
import { Play, Plus, Smartphone } from 'lucide-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useServerAway } from '../api/camera-feed.js';
import { useCameras, useCreateCamera, useMay } from '../api/queries.js';
import { AddCameraDialog, type AddCameraWay } from '../camera/add-camera-dialog.js';
import { countCameras } from '../camera/camera-state.js';
import { useTitle } from '../lib/hooks.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { Mark } from '../ui/logo.js';
import { ErrorMessage } from '../ui/message.js';
import { PageHead } from '../ui/page-head.js';
import { CameraTile } from './camera-tile.js';

const words = t.cameras;

export default function DashboardPage() {
  useTitle(words.page);
  const { data: cameras, error } = useCameras();
  const may = useMay();
  const isServerAway = useServerAway();
  const [adding, setAdding] = useState<AddCameraWay>();
  return (
    <>
      <ErrorMessage error={error} className="mb-4" />
      {cameras?.length === 0 && !may.manage && <p className="py-24 text-center text-muted">{words.noneForKey}</p>}
      {cameras?.length === 0 && may.manage && <EmptyState onAdd={setAdding} />}
      {cameras && cameras.length > 0 && (
        <>
          <PageHead
            title={words.page}
            note={
              <p className="figures truncate" role="status">
                {isServerAway ? t.states.not_connected : summary(cameras)}
              </p>
            }
          >
            {may.manage && (
              <Button variant="primary" onClick={() => setAdding('find')}>
                <Plus size={16} aria-hidden="true" />
                {words.add.title}
              </Button>
            )}
          </PageHead>
          {/* Rows of pictures of the same height, each with its own shape. */}
          <div className="flex flex-wrap gap-4">
            {cameras.map((camera) => (
              <CameraTile key={camera.id} camera={camera} />
            ))}
          </div>
        </>
      )}
      <AddCameraDialog way={adding} onClose={() => setAdding(undefined)} />
    </>
  );
}

/** For new users: one click leads to a moving picture. */
function EmptyState({ onAdd }: { onAdd: (way: AddCameraWay) => void }) {
  const create = useCreateCamera();
  const navigate = useNavigate();
  // A promise, not the mutation's own callback: the new camera may be told first, and takes the place of this component.
  const tryDemo = () =>
    create.mutateAsync({ url: 'demo:street', name: words.empty.demoName }).then(
      (camera) => navigate(`/cameras/${camera.id}`),
      () => undefined, // `create.error` is shown.
    );
  return (
    <div className="mx-auto flex max-w-lg flex-col items-center py-14 text-center sm:py-24">
      <Mark size={56} />
      <h1 className="mt-6 text-26">{words.empty.title}</h1>
      <p className="mt-2 mb-7 text-pretty text-muted">{words.empty.text}</p>
      <div className="flex flex-wrap justify-center gap-3">
        <Button variant="primary" onClick={() => void tryDemo()} disabled={create.isPending}>
          <Play size={16} aria-hidden="true" />
          {create.isPending ? words.empty.startingDemo : words.empty.demo}
        </Button>
        <Button onClick={() => onAdd('find')}>
          <Plus size={16} aria-hidden="true" />
          {words.add.title}
        </Button>
        <Button onClick={() => onAdd('device')}>
          <Smartphone size={16} aria-hidden="true" />
          {words.empty.usePhone}
        </Button>
      </div>
      <ErrorMessage error={create.error} className="mt-6 w-full text-left" />
    </div>
  );
}

/** `2 live, 1 waiting` */
function summary(cameras: readonly Camera[]): string {
  const counts = countCameras(cameras);
  const kinds = ['live', 'connecting', 'waiting', 'inTrouble', 'switchedOff'] as const;
  return kinds
    .filter((kind) => kind === 'live' || counts[kind] > 0)
    .map((kind) => words.summary[kind](counts[kind]))
    .join(', ');
}
