import { type Camera, NewCamera } from '@lookout/protocol';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { basePath } from '../api/client.js';
import { useCamera, useCreateCamera } from '../api/queries.js';
import { useForm } from '../lib/form.js';
import { t } from '../strings/index.js';
import { Button, buttonClasses } from '../ui/button.js';
import { Segmented } from '../ui/choice.js';
import { Dialog } from '../ui/dialog.js';
import { TextField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import { AddCameraForm } from './add-camera-form.js';
import { StateBadge, shownState } from './camera-state.js';
import { FindCameras } from './find-cameras.js';
import { PhoneHint, ShareLink, useShareOrigin } from './share-link.js';

const words = t.cameras.add;
const WAYS = [
  { value: 'find', label: words.ways.find },
  { value: 'maker', label: words.ways.maker },
  { value: 'address', label: words.ways.address },
  { value: 'device', label: words.ways.device },
] as const;
export type AddCameraWay = (typeof WAYS)[number]['value'];

export interface AddCameraDialogProps {
  /** The tab to open with; undefined: closed. */
  way: AddCameraWay | undefined;
  onClose: () => void;
}

/** Adds a camera that is found on the network, by its maker or address, or a device as a camera. */
export function AddCameraDialog({ way, onClose }: AddCameraDialogProps) {
  const navigate = useNavigate();
  const done = (camera: Camera) => {
    onClose();
    void navigate(`/cameras/${camera.id}`);
  };
  return (
    <Dialog
      open={way !== undefined}
      onOpenChange={(open) => !open && onClose()}
      title={words.title}
      description={words.description}
    >
      {/* Unmounted with the dialog, so that it opens empty the next time. */}
      <Ways initial={way ?? 'find'} onAdded={done} />
    </Dialog>
  );
}

function Ways({ initial, onAdded }: { initial: AddCameraWay; onAdded: (camera: Camera) => void }) {
  const [way, setWay] = useState(initial);
  return (
    <div className="space-y-4">
      <Segmented label={words.way} value={way} options={WAYS} onChange={setWay} />
      {way === 'find' && <FindCameras onAdded={onAdded} />}
      {way === 'maker' && <AddCameraForm key="maker" byMaker onAdded={onAdded} />}
      {way === 'address' && <AddCameraForm key="address" onAdded={onAdded} />}
      {way === 'device' && <AddPushCamera onDone={onAdded} />}
    </div>
  );
}

/** Makes a camera of any device with a browser: asks for a name, then shows a link to open there. */
function AddPushCamera({ onDone }: { onDone: (camera: Camera) => void }) {
  const create = useCreateCamera();
  const { values, form, text, check, refuse } = useForm({ name: words.phone as string });
  if (create.data) return <OpenThere made={create.data} onDone={onDone} />;
  const submit = () => {
    const camera = { kind: 'push', name: values.name.trim() || undefined } as const;
    if (check(NewCamera, camera)) create.mutate(camera, { onError: refuse });
  };
  return (
    <form {...form(submit)}>
      <p className="text-pretty text-muted">{words.phoneText}</p>
      <TextField label={t.form.name} autoComplete="off" autoFocus {...text('name')} />
      <ErrorMessage error={create.error} />
      <div className="flex justify-end">
        <Button type="submit" variant="primary" disabled={create.isPending}>
          {create.isPending ? words.creatingLink : words.createLink}
        </Button>
      </div>
    </form>
  );
}

/** The link, and how to continue on the other device. */
function OpenThere({ made, onDone }: { made: Camera; onDone: (camera: Camera) => void }) {
  const { origin, obstacle } = useShareOrigin();
  const { data: camera = made } = useCamera(made.id);
  const token = made.publish_token;
  return (
    <div className="space-y-4">
      {token ? (
        <>
          <ShareLink
            label={words.publishLink(camera.name)}
            note={words.publishNote}
            url={`${origin}/camera/${token}`}
            open
          />
          <PhoneHint obstacle={obstacle} />
        </>
      ) : (
        <p className="text-muted">{words.addedWithoutLink}</p>
      )}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <span className="mr-auto">
          <StateBadge state={shownState(camera)} reason={camera.state_reason} />
        </span>
        {token && (
          // On the same origin as this page: browsers allow `localhost` to use the camera without HTTPS.
          <a href={`${basePath}/camera/${token}`} target="_blank" rel="noreferrer" className={buttonClasses()}>
            {words.openHere}
          </a>
        )}
        <Button variant="primary" onClick={() => onDone(camera)}>
          {camera.state === 'live' ? words.seeIt : t.actions.done}
        </Button>
      </div>
    </div>
  );
}
