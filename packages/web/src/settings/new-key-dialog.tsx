import type { CreatedApiKey } from '@lookout/protocol';
import { useState } from 'react';
import { lookout } from '../api/client.js';
import { useCameras } from '../api/queries.js';
import { useForm } from '../lib/form.js';
import { ApiKeyScope, NewApiKey } from '../lib/schemas.js';
import { t } from '../strings/index.js';
import { settingsWords } from '../strings/settings.js';
import { Button, CopyButton } from '../ui/button.js';
import { Dialog } from '../ui/dialog.js';
import { SelectField, TextField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import { QrCode } from '../ui/qr-code.js';
import { CameraChoice } from './camera-choice.js';
import { useKeyChange } from './queries.js';

const words = settingsWords.keys;
const SCOPES = Object.entries(words.scopes).map(([value, { label }]) => ({ value, label }));
const DAY_S = 86_400;
// Numbers come first in an object's order.
const LIFETIMES = Object.entries(words.lastsDays)
  .map(([value, label]) => ({ value, label }))
  .sort((one, other) => Number(other.value === 'never') - Number(one.value === 'never'));

export interface NewKeyDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Creates a key, and shows it once. */
export function NewKeyDialog({ open, onOpenChange }: NewKeyDialogProps) {
  const [made, setMade] = useState<CreatedApiKey>();
  const change = (opens: boolean) => {
    setMade(undefined);
    onOpenChange(opens);
  };
  return (
    <Dialog open={open} onOpenChange={change} title={made ? words.madeTitle(made.name) : words.newTitle}>
      {made ? <MadeKey made={made} onDone={() => change(false)} /> : <NewKeyForm onMade={setMade} />}
    </Dialog>
  );
}

function NewKeyForm({ onMade }: { onMade: (made: CreatedApiKey) => void }) {
  const { data: cameras = [] } = useCameras();
  const create = useKeyChange((key: NewApiKey) => lookout.keys.create(key));
  const { values, set, text, form, check, refuse } = useForm({
    name: '',
    scope: 'viewer',
    cameras: [] as string[],
    lasts: 'never',
  });
  const scope = ApiKeyScope.parse(values.scope);
  const takesCameras = scope === 'viewer' || scope === 'operator';
  const submit = () => {
    const limited = takesCameras && values.cameras.length > 0;
    const key = {
      name: values.name.trim(),
      scope,
      ...(limited && { cameras: values.cameras }),
      ...(values.lasts !== 'never' && { expires_in_s: Number(values.lasts) * DAY_S }),
    };
    if (check(NewApiKey, key)) create.mutate(key, { onSuccess: onMade, onError: refuse });
  };
  return (
    <form {...form(submit)}>
      <TextField
        label={t.form.name}
        placeholder={words.namePlaceholder}
        hint={words.nameHint}
        autoComplete="off"
        {...text('name')}
      />
      <SelectField label={words.scope} hint={words.scopes[scope].may} options={SCOPES} {...text('scope')} />
      {takesCameras && cameras.length > 0 && (
        <CameraChoice cameras={cameras} chosen={values.cameras} onChange={(chosen) => set({ cameras: chosen })} />
      )}
      <SelectField label={words.lasts} options={LIFETIMES} {...text('lasts')} />
      <ErrorMessage error={create.error} />
      <div className="flex justify-end">
        <Button type="submit" variant="primary" disabled={create.isPending}>
          {create.isPending ? words.creating : words.create}
        </Button>
      </div>
    </form>
  );
}

function MadeKey({ made, onDone }: { made: CreatedApiKey; onDone: () => void }) {
  return (
    <div className="space-y-4">
      <p className="text-muted">{words.copyNow}</p>
      <div className="flex items-center gap-2 rounded-md border border-line bg-sunken px-3 py-2">
        <code className="min-w-0 flex-1 font-mono text-13 break-all select-all">{made.key}</code>
        <CopyButton label={words.key} text={made.key} />
      </div>
      <details>
        <summary className="flex min-h-target cursor-pointer items-center font-medium text-accent-text">
          {words.asCode}
        </summary>
        <div className="mx-auto max-w-56 pt-1">
          <QrCode text={made.key} label={words.keyCode} />
        </div>
      </details>
      <div className="flex justify-end">
        <Button variant="primary" onClick={onDone}>
          {t.actions.done}
        </Button>
      </div>
    </div>
  );
}
