import type { Passkey } from '@lookout/protocol';
import { lookout } from '../api/client.js';
import { useForm } from '../lib/form.js';
import { useNow } from '../lib/hooks.js';
import { passkeyObstacle, wasDeclined } from '../lib/passkey-obstacle.js';
import { addPasskey } from '../lib/passkeys.js';
import { PasskeyName } from '../lib/schemas.js';
import { timeInWords } from '../lib/when.js';
import { t } from '../strings/index.js';
import { settingsWords } from '../strings/settings.js';
import { Button } from '../ui/button.js';
import { TextField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { usePasskeyChange, usePasskeys } from './queries.js';

const words = settingsWords.people.passkeys;
const CLOCK_MS = 60_000;

/** The passkeys of whoever is signed in, to be added and removed. */
export function PasskeysPanel() {
  const { data: passkeys, error } = usePasskeys();
  const remove = usePasskeyChange((id: string) => lookout.passkeys.remove(id));
  const obstacle = passkeyObstacle();
  return (
    <Panel title={words.title}>
      <p className="mb-3 text-pretty text-muted">{words.text}</p>
      <ErrorMessage error={error ?? remove.error} />
      <ul className="mb-3 divide-y divide-line" aria-label={words.title}>
        {passkeys?.map((passkey) => (
          <PasskeyRow
            key={passkey.id}
            passkey={passkey}
            isBusy={remove.isPending}
            onRemove={() => remove.mutate(passkey.id)}
          />
        ))}
      </ul>
      {obstacle ? <p className="text-pretty text-muted">{t.signIn.passkey.obstacles[obstacle]}</p> : <NewPasskeyForm />}
    </Panel>
  );
}

function PasskeyRow({ passkey, isBusy, onRemove }: { passkey: Passkey; isBusy: boolean; onRemove: () => void }) {
  const { name, host, last_used_at: usedAt } = passkey;
  const now = useNow(CLOCK_MS);
  const used = usedAt === undefined ? words.neverUsed : words.used(timeInWords(usedAt, now));
  return (
    <li aria-label={name} className="flex items-center justify-between gap-4 py-2.5 first:pt-0">
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p className="font-medium">{name}</p>
        <p className="text-muted">{[host, used].join(' · ')}</p>
      </div>
      <Button aria-label={words.removePasskey(name)} disabled={isBusy} onClick={onRemove}>
        {words.remove}
      </Button>
    </li>
  );
}

function NewPasskeyForm() {
  const { values, set, text, form, check, refuse } = useForm({ name: '' });
  const add = usePasskeyChange(addPasskey);
  const submit = () => {
    if (!check(PasskeyName, values)) return;
    add.mutate(values.name, { onSuccess: () => set({ name: '' }), onError: refuse });
  };
  return (
    <form {...form(submit)}>
      <TextField label={words.name} hint={words.nameHint} {...text('name')} />
      {!wasDeclined(add.error) && <ErrorMessage error={add.error} />}
      <div className="flex flex-wrap items-center justify-end gap-3">
        <p role="status" className="text-muted">
          {wasDeclined(add.error) ? words.declined : add.isSuccess && words.added}
        </p>
        <Button type="submit" variant="primary" disabled={add.isPending}>
          {words.add}
        </Button>
      </div>
    </form>
  );
}
