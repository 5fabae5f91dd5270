import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useCameras } from '../api/queries.js';
import { Button } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { useKeys } from './key-queries.js';
import { NewKeyDialog } from './new-key-dialog.js';
import { RevokeKey } from './revoke-key.js';
import { describeKey } from './scope-words.js';

/** The API keys there are, a way to make one, and to revoke each. For admins. */
export function KeysPanel() {
  const { data: keys, error } = useKeys();
  const { data: cameras } = useCameras();
  const [making, setMaking] = useState(false);
  const nameOf = (id: string) => cameras?.find((camera) => camera.id === id)?.name ?? id;
  return (
    <Panel
      title="API keys"
      aside={
        <Button onClick={() => setMaking(true)}>
          <Plus size={16} aria-hidden="true" />
          New key
        </Button>
      }
    >
      {error && <ErrorMessage error={error} />}
      {keys?.length === 0 && <p className="text-muted">None. On this machine, nobody needs one.</p>}
      <ul className="divide-y divide-line" aria-label="API keys">
        {keys?.map((key) => (
          <li key={key.id} aria-label={key.name} className="flex items-center justify-between gap-4 py-2.5 first:pt-0">
            <div className="min-w-0">
              <p className="font-medium [overflow-wrap:anywhere]">{key.name}</p>
              <p className="text-muted">
                {describeKey(key, nameOf)}, made {new Date(key.created_at).toLocaleDateString()}
              </p>
            </div>
            <RevokeKey apiKey={key} />
          </li>
        ))}
      </ul>
      <NewKeyDialog open={making} onOpenChange={setMaking} />
    </Panel>
  );
}
