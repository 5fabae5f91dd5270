import { useNavigate } from 'react-router';
import { Dialog } from '../ui/dialog.js';
import { AddCameraForm } from './add-camera-form.js';

export interface AddCameraDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** From an address to a camera: try it, see its picture, give it a name. */
export function AddCameraDialog({ open, onOpenChange }: AddCameraDialogProps) {
  const navigate = useNavigate();
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Add a camera"
      description="Where does its picture come from?"
    >
      {/* Unmounted with the dialog, so it opens empty the next time. */}
      <AddCameraForm
        onAdded={(camera) => {
          onOpenChange(false);
          void navigate(`/cameras/${camera.id}`);
        }}
      />
    </Dialog>
  );
}
