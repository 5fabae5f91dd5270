import { limitsCameras, PASSWORD_LENGTH, type User } from '@lookout/protocol';
import { useState } from 'react';
import { lookout } from '../api/client.js';
import { useCameras } from '../api/queries.js';
import { useForm } from '../lib/form.js';
import { ApiKeyScope, NewUser, UserChange } from '../lib/schemas.js';
import { settingsWords } from '../strings/settings.js';
import { Button } from '../ui/button.js';
import { SelectField, TextField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import { CameraChoice } from './camera-choice.js';
import { sourceOf } from './outside-person.js';
import { useAccountChange } from './queries.js';

const words = settingsWords.people;
const ROLES = Object.entries(settingsWords.keys.scopes).map(([value, { label }]) => ({ value, label }));

/** Adds a person, or changes one. */
export function UserForm({ user, onDone }: { user: User | undefined; onDone: () => void }) {
  const { data: cameras = [] } = useCameras();
  const [disabled, setDisabled] = useState(user?.disabled ?? false);
  const { values, set, text, form, check, refuse } = useForm({
    name: user?.name ?? '',
    display_name: user?.display_name ?? '',
    role: user?.role ?? 'viewer',
    password: '',
    cameras: user?.cameras ?? [],
  });
  const role = ApiKeyScope.parse(values.role);
  const isLimited = limitsCameras(role) && values.cameras.length > 0;
  const isTooShort = values.password !== '' && values.password.length < PASSWORD_LENGTH.min;
  const common = {
    ...{ name: values.name, display_name: values.display_name, role },
    ...(values.password !== '' && { password: values.password }),
  };
  const added: NewUser = { ...common, ...(isLimited && { cameras: values.cameras }) };
  const isOwn = !user?.identity;
  const changed: UserChange = { ...(isOwn && common), cameras: isLimited ? values.cameras : null, disabled };
  const save = useAccountChange(() => (user ? lookout.users.change(user.id, changed) : lookout.users.create(added)));
  const submit = () => {
    if (isTooShort || !(user ? check(UserChange, changed) : check(NewUser, added))) return;
    save.mutate(undefined, { onSuccess: onDone, onError: refuse });
  };
  const password = text('password');
  return (
    <form {...form(submit)}>
      {user?.identity ? (
        <p className="text-pretty text-muted">{words.outside.note(sourceOf(user.identity))}</p>
      ) : (
        <>
          <TextField
            label={words.signInName}
            hint={words.signInNameHint}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            {...text('name')}
          />
          <TextField label={words.displayName} autoComplete="off" {...text('display_name')} />
          <SelectField
            label={words.role}
            hint={settingsWords.keys.scopes[role].may}
            options={ROLES}
            {...text('role')}
          />
        </>
      )}
      {limitsCameras(role) && cameras.length > 0 && (
        <CameraChoice cameras={cameras} chosen={values.cameras} onChange={(chosen) => set({ cameras: chosen })} />
      )}
      {isOwn && (
        <TextField
          label={user ? words.newPassword : words.password}
          hint={user ? words.newPasswordHint : words.passwordHint}
          type="password"
          autoComplete="new-password"
          {...password}
          error={isTooShort ? words.passwordTooShort : password.error}
        />
      )}
      {user && (
        <label className="flex min-h-target items-center gap-2.5">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={disabled}
            onChange={({ target }) => setDisabled(target.checked)}
          />
          {words.disabled}
        </label>
      )}
      <ErrorMessage error={save.error} />
      <div className="flex justify-end">
        <Button type="submit" variant="primary" disabled={save.isPending}>
          {user ? words.save : words.create}
        </Button>
      </div>
    </form>
  );
}
