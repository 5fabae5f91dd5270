import type { ApiKeyScope, Camera, CreatedApiKey } from '@lookout/protocol';
import { useState } from 'react';
import { useCameras } from '../api/queries.js';
import { Button } from '../ui/button.js';
import { CopyButton } from '../ui/copy-button.js';
import { Dialog } from '../ui/dialog.js';
import { SelectField, TextField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import { useCreateKey } from './key-queries.js';
import { SCOPES } from './scope-words.js';

export interface NewKeyDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Makes a key, and shows it once. */
export function NewKeyDialog({ open, onOpenChange }: NewKeyDialogProps) {
  const [made, setMade] = useState<CreatedApiKey>();
  const change = (opens: boolean) => {
    setMade(undefined);
    onOpenChange(opens);
  };
  return (
    <Dialog open={open} onOpenChange={change} title={made ? `The key of ${made.name}` : 'New API key'}>
      {made ? <MadeKey made={made} onDone={() => change(false)} /> : <NewKeyForm onMade={setMade} />}
    </Dialog>
  );
}

function NewKeyForm({ onMade }: { onMade: (made: CreatedApiKey) => void }) {
  const { data: cameras = [] } = useCameras();
  const create = useCreateKey();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<ApiKeyScope>('viewer');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const takesCameras = scope === 'viewer' || scope === 'operator';
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        const limited = takesCameras && chosen.length > 0;
        create.mutate({ name: name.trim(), scope, ...(limited && { cameras: [...chosen] }) }, { onSuccess: onMade });
      }}
    >
      <TextField
        label="Name"
        value={name}
        required
        maxLength={100}
        placeholder="Home Assistant"
        hint="The program or person that will use it."
        onChange={(event) => setName(event.target.value)}
      />
      <SelectField
        label="May do"
        value={scope}
        hint={SCOPES.find((each) => each.scope === scope)?.may}
        onChange={(event) => setScope(event.target.value as ApiKeyScope)}
      >
        {SCOPES.map((each) => (
          <option key={each.scope} value={each.scope}>
            {each.label}
          </option>
        ))}
      </SelectField>
      {takesCameras && cameras.length > 0 && <CameraChoice cameras={cameras} chosen={chosen} onChange={setChosen} />}
      {create.isError && <ErrorMessage error={create.error} />}
      <div className="flex justify-end">
        <Button type="submit" variant="primary" disabled={create.isPending || name.trim() === ''}>
          {create.isPending ? 'Creating the key' : 'Create key'}
        </Button>
      </div>
    </form>
  );
}

interface CameraChoiceProps {
  cameras: readonly Camera[];
  chosen: readonly string[];
  onChange: (ids: readonly string[]) => void;
}

function CameraChoice({ cameras, chosen, onChange }: CameraChoiceProps) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">Only these cameras</legend>
      <div className="max-h-40 space-y-1 overflow-y-auto">
        {cameras.map(({ id, name }) => (
          <label key={id} className="flex min-h-9 items-center gap-2.5 pointer-coarse:min-h-11">
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={chosen.includes(id)}
              onChange={({ target }) =>
                onChange(target.checked ? [...chosen, id] : chosen.filter((other) => other !== id))
              }
            />
            {name}
          </label>
        ))}
      </div>
      <p className="mt-1 text-[0.8125rem] text-muted">None chosen: all cameras, those that come later too.</p>
    </fieldset>
  );
}

function MadeKey({ made, onDone }: { made: CreatedApiKey; onDone: () => void }) {
  return (
    <div className="space-y-4">
      <p className="text-muted">Copy it now: it is not shown again.</p>
      <div className="flex items-center gap-2 rounded-md border border-line bg-sunken px-3 py-2">
        <code className="min-w-0 flex-1 font-mono text-[0.8125rem] break-all select-all">{made.key}</code>
        <CopyButton label="API key" text={made.key} />
      </div>
      <div className="flex justify-end">
        <Button variant="primary" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}
