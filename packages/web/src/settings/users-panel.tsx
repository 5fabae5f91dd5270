import type { User } from '@lookout/protocol';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { lookout } from '../api/client.js';
import { useCameras } from '../api/queries.js';
import { useNow } from '../lib/hooks.js';
import { timeInWords } from '../lib/when.js';
import { t } from '../strings/index.js';
import { settingsWords } from '../strings/settings.js';
import { Badge } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { ConfirmDialog, Dialog } from '../ui/dialog.js';
import { ErrorMessage } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { PROXY_ISSUER, sourceOf } from './outside-person.js';
import { useAccountChange, useUsers } from './queries.js';
import { UserForm } from './user-form.js';

const words = settingsWords.people;
const CLOCK_MS = 60_000;

/** Lists the people with an account, and lets admins add, change and remove them. */
export function UsersPanel() {
  const { data: users, error } = useUsers();
  const [edited, setEdited] = useState<User | 'new'>();
  const title = edited === 'new' || !edited ? words.addTitle : words.editTitle(edited.display_name);
  return (
    <Panel
      title={words.title}
      aside={
        <Button onClick={() => setEdited('new')}>
          <UserPlus size={16} aria-hidden="true" />
          {words.add}
        </Button>
      }
    >
      <ErrorMessage error={error} />
      {users?.length === 0 && <p className="text-pretty text-muted">{words.none}</p>}
      <ul className="divide-y divide-line" aria-label={words.title}>
        {users?.map((user) => (
          <UserRow key={user.id} user={user} onEdit={() => setEdited(user)} />
        ))}
      </ul>
      <Dialog open={edited !== undefined} onOpenChange={() => setEdited(undefined)} title={title}>
        {edited && <UserForm user={edited === 'new' ? undefined : edited} onDone={() => setEdited(undefined)} />}
      </Dialog>
    </Panel>
  );
}

function UserRow({ user, onEdit }: { user: User; onEdit: () => void }) {
  const { id, name, display_name, role, disabled, identity, last_seen_at } = user;
  const { data: cameras } = useCameras();
  const remove = useAccountChange((userId: string) => lookout.users.remove(userId));
  const now = useNow(CLOCK_MS);
  const nameOf = (cameraId: string) => cameras?.find((camera) => camera.id === cameraId)?.name ?? cameraId;
  const purpose = settingsWords.keys.purpose(role, user.cameras?.map(nameOf));
  const seen = last_seen_at === undefined ? words.neverSeen : words.seen(timeInWords(last_seen_at, now));
  // The proxy's have no sessions.
  const isByProxy = identity?.issuer === PROXY_ISSUER;
  return (
    <li
      aria-label={display_name}
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-2.5 first:pt-0"
    >
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2 font-medium [overflow-wrap:anywhere]">
          {display_name}
          {display_name !== name && <span className="font-normal text-muted">{name}</span>}
          {identity && <Badge tone="muted" label={sourceOf(identity)} announce={false} />}
          {disabled && <Badge tone="warn" label={words.isDisabled} announce={false} />}
        </p>
        <p className="text-muted">{[purpose, !isByProxy && seen].filter(Boolean).join(', ')}</p>
      </div>
      <div className="flex gap-2">
        <Button aria-label={words.editPerson(display_name)} onClick={onEdit}>
          {words.edit}
        </Button>
        <ConfirmDialog
          trigger={
            <Button variant="danger" aria-label={words.removePerson(display_name)}>
              {words.remove}
            </Button>
          }
          title={words.removeTitle(display_name)}
          description={words.removeText}
          cancel={t.actions.keepIt}
          confirm={words.remove}
          onConfirm={() => remove.mutateAsync(id)}
        />
      </div>
    </li>
  );
}
