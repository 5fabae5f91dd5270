import type { Camera } from '@lookout/protocol';
import { useState } from 'react';
import { useCamera, useCreateCamera } from '../api/queries.js';
import { basePath } from '../lib/base.js';
import { Button, buttonClasses } from '../ui/button.js';
import { TextField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import { StateBadge } from '../ui/state-badge.js';
import { PhoneHint } from './phone-hint.js';
import { ShareLink } from './share-link.js';
import { shownState } from './shown-state.js';
import { useShareOrigin } from './use-share-origin.js';

/** Makes a camera of any device with a browser: a name, then a link to open there. */
export function AddPushCamera({ onDone }: { onDone: (camera: Camera) => void }) {
  const [name, setName] = useState('Phone');
  const create = useCreateCamera();
  if (create.data) return <OpenThere made={create.data} onDone={onDone} />;
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({ kind: 'push', name: name.trim() || undefined });
      }}
    >
      <p className="text-pretty text-muted">
        Any phone, tablet or laptop with a camera. It opens a link in its browser; there is nothing to install.
      </p>
      <TextField
        label="Name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        maxLength={100}
        autoComplete="off"
        autoFocus
      />
      {create.isError && <ErrorMessage error={create.error} />}
      <div className="flex justify-end">
        <Button type="submit" variant="primary" disabled={create.isPending}>
          {create.isPending ? 'Creating link' : 'Create link'}
        </Button>
      </div>
    </form>
  );
}

/** The link, and how it goes on the other side. */
function OpenThere({ made, onDone }: { made: Camera; onDone: (camera: Camera) => void }) {
  const { origin, obstacle } = useShareOrigin();
  const { data: camera = made } = useCamera(made.id);
  const token = made.publish_token;
  return (
    <div className="space-y-4">
      {token ? (
        <>
          <ShareLink
            label={`Link to publish ${camera.name}`}
            note="Scan it with the phone, or open it on the device that will be the camera."
            url={`${origin}/camera/${token}`}
            open
          />
          <PhoneHint obstacle={obstacle} />
        </>
      ) : (
        <p className="text-muted">The camera was added. Only people who may manage cameras see its links.</p>
      )}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <span className="mr-auto">
          <StateBadge state={shownState(camera)} reason={camera.state_reason} />
        </span>
        {token && (
          // A page from this very address: a browser gives its camera to `localhost` without HTTPS.
          <a href={`${basePath}/camera/${token}`} target="_blank" rel="noreferrer" className={buttonClasses()}>
            Open here
          </a>
        )}
        <Button variant="primary" onClick={() => onDone(camera)}>
          {camera.state === 'live' ? 'See it' : 'Done'}
        </Button>
      </div>
    </div>
  );
}
