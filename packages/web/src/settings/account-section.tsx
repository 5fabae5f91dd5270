import { lookout } from '../api/client.js';
import { useSession } from '../api/queries.js';
import { useForm } from '../lib/form.js';
import { PasswordChange } from '../lib/schemas.js';
import { settingsWords } from '../strings/settings.js';
import { Button } from '../ui/button.js';
import { TextField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { DevicesPanel } from './devices-panel.js';
import { PasskeysPanel } from './passkeys-panel.js';
import { useAccountChange } from './queries.js';

const words = settingsWords.people.account;

/** Who one is here: one's password, passkeys and devices. */
export function AccountSection() {
  const { data: session } = useSession();
  if (!session) return null;
  const { name = '', user, sign_in_required: isRequired, by_proxy: isByProxy, by_provider: isByProvider } = session;
  const who = user ? (isByProxy ? words.proxy(name) : words.user(name)) : isRequired ? words.key(name) : words.local;
  return (
    <>
      <Panel title={words.title}>
        <p>{who}</p>
      </Panel>
      {user && !isByProxy && !isByProvider && (
        <>
          <PasswordPanel name={user.name} />
          <PasskeysPanel />
        </>
      )}
      {isRequired && !isByProxy && <DevicesPanel whose="own" />}
    </>
  );
}

function PasswordPanel({ name }: { name: string }) {
  const { values, set, text, form, check, refuse } = useForm({ current: '', password: '' });
  const change = useAccountChange(() => lookout.users.changeOwnPassword(values.current, values.password));
  const submit = () => {
    if (!check(PasswordChange, values)) return;
    change.mutate(undefined, { onSuccess: () => set({ current: '', password: '' }), onError: refuse });
  };
  return (
    <Panel title={words.passwordTitle}>
      <form {...form(submit)}>
        {/* Tells password managers whose password it is. */}
        <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
        <TextField label={words.current} type="password" autoComplete="current-password" {...text('current')} />
        <TextField
          label={words.next}
          hint={settingsWords.people.passwordHint}
          type="password"
          autoComplete="new-password"
          {...text('password')}
        />
        <ErrorMessage error={change.error} />
        <div className="flex flex-wrap items-center justify-end gap-3">
          <p role="status" className="text-muted">
            {change.isSuccess && words.changed}
          </p>
          <Button type="submit" variant="primary" disabled={change.isPending}>
            {words.change}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
