import { Play, Plus, Smartphone } from 'lucide-react';
import { useNavigate } from 'react-router';
import { useCreateCamera } from '../api/queries.js';
import type { AddCameraWay } from '../camera/add-camera-dialog.js';
import { Button } from '../ui/button.js';
import { Mark } from '../ui/logo.js';
import { ErrorMessage } from '../ui/message.js';

/** The first minute: one click to something that moves. */
export function EmptyState({ onAdd }: { onAdd: (way: AddCameraWay) => void }) {
  const create = useCreateCamera();
  const navigate = useNavigate();
  const tryDemo = () =>
    create.mutate(
      { url: 'demo:street', name: 'Demo street' },
      { onSuccess: (camera) => void navigate(`/cameras/${camera.id}`) },
    );
  return (
    <div className="mx-auto flex max-w-lg flex-col items-center py-14 text-center sm:py-24">
      <Mark size={56} />
      <h1 className="mt-6 text-xl font-semibold tracking-tight">No cameras yet</h1>
      <p className="mt-2 mb-7 text-pretty text-muted">
        Add any camera on your network: an ESP32-CAM, an RTSP camera, a webcam, a file or your phone. You see its
        picture live, with what was found in it.
      </p>
      <div className="flex flex-wrap justify-center gap-3">
        <Button variant="primary" onClick={tryDemo} disabled={create.isPending}>
          <Play size={16} aria-hidden="true" />
          {create.isPending ? 'Starting the demo' : 'Try the demo street'}
        </Button>
        <Button onClick={() => onAdd('address')}>
          <Plus size={16} aria-hidden="true" />
          Add a camera
        </Button>
        <Button onClick={() => onAdd('device')}>
          <Smartphone size={16} aria-hidden="true" />
          Use a phone
        </Button>
      </div>
      {create.isError && (
        <div className="mt-6 w-full text-left">
          <ErrorMessage error={create.error} />
        </div>
      )}
    </div>
  );
}
