import { Plus } from 'lucide-react';
import { useState } from 'react';
import { lookout } from '../api/client.js';
import { useCameras } from '../api/queries.js';
import { t } from '../strings/index.js';
import { settingsWords } from '../strings/settings.js';
import { Button } from '../ui/button.js';
import { ConfirmDialog } from '../ui/dialog.js';
import { ErrorMessage } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { NewKeyDialog } from './new-key-dialog.js';
import { useKeyChange, useKeys } from './queries.js';

const words = settingsWords.keys;

/** Lists the API keys, and lets admins create and revoke them. */
export function KeysPanel() {
  const { data: keys, error } = useKeys();
  const { data: cameras } = useCameras();
  const revoke = useKeyChange((id: string) => lookout.keys.revoke(id));
  const [making, setMaking] = useState(false);
  const nameOf = (id: string) => cameras?.find((camera) => camera.id === id)?.name ?? id;
  return (
    <Panel
      title={words.title}
      aside={
        <Button onClick={() => setMaking(true)}>
          <Plus size={16} aria-hidden="true" />
          {words.new}
        </Button>
      }
    >
      <ErrorMessage error={error} />
      {keys?.length === 0 && <p className="text-muted">{words.none}</p>}
      <ul className="divide-y divide-line" aria-label={words.title}>
        {keys?.map(({ id, name, scope, cameras, created_at, expires_at }) => (
          <li key={id} aria-label={name} className="flex items-center justify-between gap-4 py-2.5 first:pt-0">
            <div className="min-w-0">
              <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
              <p className="text-muted">
                {words.made(
                  words.purpose(scope, cameras?.map(nameOf)),
                  new Date(created_at).toLocaleDateString(t.locale),
                )}
                {expires_at !== undefined && `, ${words.until(new Date(expires_at).toLocaleDateString(t.locale))}`}
              </p>
            </div>
            <ConfirmDialog
              trigger={
                <Button variant="danger" aria-label={words.revokeKey(name)}>
                  {words.revoke}
                </Button>
              }
              title={words.revokeTitle(name)}
              description={words.revokeText}
              cancel={t.actions.keepIt}
              confirm={words.revoke}
              onConfirm={() => revoke.mutateAsync(id)}
            />
          </li>
        ))}
      </ul>
      <NewKeyDialog open={making} onOpenChange={setMaking} />
    </Panel>
  );
}
