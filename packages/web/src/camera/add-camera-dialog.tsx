import type { Camera } from '@lookout/protocol';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { Dialog } from '../ui/dialog.js';
import { Segmented } from '../ui/segmented.js';
import { AddCameraForm } from './add-camera-form.js';
import { AddPushCamera } from './add-push-camera.js';

const WAYS = [
  { value: 'address', label: 'An address' },
  { value: 'device', label: 'This device or a phone' },
] as const;
export type AddCameraWay = (typeof WAYS)[number]['value'];

export interface AddCameraDialogProps {
  /** What it opens with; undefined: it is closed. */
  way: AddCameraWay | undefined;
  onClose: () => void;
}

/** From an address or a device to a camera. */
export function AddCameraDialog({ way, onClose }: AddCameraDialogProps) {
  const navigate = useNavigate();
  return (
    <Dialog
      open={way !== undefined}
      onOpenChange={(open) => !open && onClose()}
      title="Add a camera"
      description="Where does its picture come from?"
    >
      {/* Unmounted with the dialog, so it opens empty the next time. */}
      <Ways
        initial={way ?? 'address'}
        onAdded={(camera) => {
          onClose();
          void navigate(`/cameras/${camera.id}`);
        }}
      />
    </Dialog>
  );
}

function Ways({ initial, onAdded }: { initial: AddCameraWay; onAdded: (camera: Camera) => void }) {
  const [way, setWay] = useState(initial);
  return (
    <div className="space-y-4">
      <Segmented label="Way to add a camera" value={way} options={WAYS} onChange={setWay} />
      {way === 'address' ? <AddCameraForm onAdded={onAdded} /> : <AddPushCamera onDone={onAdded} />}
    </div>
  );
}
