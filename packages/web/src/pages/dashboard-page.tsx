import type { Camera } from '@lookout/protocol';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useCameras, useServerAway } from '../api/queries.js';
import { useMay } from '../api/use-may.js';
import { AddCameraDialog, type AddCameraWay } from '../camera/add-camera-dialog.js';
import { countCameras } from '../camera/camera-counts.js';
import { CameraTile } from '../dashboard/camera-tile.js';
import { EmptyState } from '../dashboard/empty-state.js';
import { useTitle } from '../lib/use-title.js';
import { Button } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';

export default function DashboardPage() {
  useTitle('Cameras');
  const { data: cameras, error } = useCameras();
  const may = useMay();
  const isServerAway = useServerAway();
  const [adding, setAdding] = useState<AddCameraWay>();
  return (
    <>
      {error && (
        <div className="mb-4">
          <ErrorMessage error={error} />
        </div>
      )}
      {cameras?.length === 0 &&
        (may.manage ? (
          <EmptyState onAdd={setAdding} />
        ) : (
          <p className="py-24 text-center text-muted">There are no cameras for your key.</p>
        ))}
      {cameras && cameras.length > 0 && (
        <>
          <div className="mb-4 flex items-center justify-between gap-4">
            <div className="min-w-0">
              <h1 className="text-lg font-semibold tracking-tight">Cameras</h1>
              <p className="figures truncate text-muted" role="status">
                {isServerAway ? 'Not connected' : summary(cameras)}
              </p>
            </div>
            {may.manage && (
              <Button variant="primary" onClick={() => setAdding('address')}>
                <Plus size={16} aria-hidden="true" />
                Add a camera
              </Button>
            )}
          </div>
          <div className={`grid gap-4 ${gridColumns(cameras.length)}`}>
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

function summary(cameras: readonly Camera[]): string {
  const { live, connecting, waiting, inTrouble, switchedOff } = countCameras(cameras);
  return [
    `${live} live`,
    connecting > 0 && `${connecting} connecting`,
    waiting > 0 && `${waiting} waiting`,
    inTrouble > 0 && `${inTrouble} with trouble`,
    switchedOff > 0 && `${switchedOff} off`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** Few cameras get large pictures. */
function gridColumns(count: number): string {
  if (count === 1) return 'max-w-[calc((100dvh-12rem)*16/9)] grid-cols-1 sideways:max-w-[calc((100dvh-3rem)*16/9)]';
  if (count <= 4) return 'grid-cols-1 md:grid-cols-2';
  return 'grid-cols-1 sm:grid-cols-2 xl:grid-cols-3 min-[1900px]:grid-cols-4';
}
