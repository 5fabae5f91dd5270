import type { SecondLookState, Setting } from '@lookout/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useForm } from '../lib/form.js';
import { SettingsPatch } from '../lib/schemas.js';
import { timeInWords } from '../lib/when.js';
import { useConsent, useSecondLook } from '../second-look/queries.js';
import { t } from '../strings/index.js';
import { settingsWords } from '../strings/settings.js';
import { Button } from '../ui/button.js';
import { ConfirmDialog } from '../ui/dialog.js';
import { TextField } from '../ui/field.js';
import { ErrorMessage, Warning } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { FixedNote } from './fixed-note.js';
import { useChangeSettings, useSettings } from './queries.js';

const words = settingsWords.secondLook;
type Change = ReturnType<typeof useChangeSettings>;

/** The vision-language model that rules can ask, and whether pictures may be sent to it. */
export function SecondLookSection() {
  const { data: settings, error } = useSettings();
  const { data: state, error: stateError } = useSecondLook();
  // Here, as the form is remounted with the saved values.
  const change = useChangeSettings();
  const find = (key: string) => settings?.find((setting) => setting.key === key);
  const [url, model, key] = [find('vlm.base_url'), find('vlm.model'), find('vlm.api_key')];
  return (
    <>
      <ErrorMessage error={error ?? stateError} />
      {url && model && key && state && (
        <Panel title={words.title}>
          <p className="mb-4 text-pretty text-muted">{words.about}</p>
          <ModelForm key={`${url.value} ${model.value} ${key.value}`} {...{ url, model, apiKey: key, change }} />
          <div className="mt-5 border-t border-line pt-4">
            <WherePicturesGo state={state} />
          </div>
        </Panel>
      )}
    </>
  );
}

function ModelForm({ url, model, apiKey, change }: { url: Setting; model: Setting; apiKey: Setting; change: Change }) {
  const queryClient = useQueryClient();
  const before = { 'vlm.base_url': String(url.value ?? ''), 'vlm.model': String(model.value), 'vlm.api_key': '' };
  const { values, form, text, check, refuse } = useForm(before);
  const settings = { 'vlm.base_url': url, 'vlm.model': model, 'vlm.api_key': apiKey };
  const changed = (Object.keys(before) as (keyof typeof before)[]).filter((key) => values[key] !== before[key]);
  const submit = () => {
    // An empty field returns to the default.
    const vlm = Object.fromEntries(changed.map((key) => [key.slice('vlm.'.length), values[key].trim() || null]));
    if (!check(SettingsPatch, { vlm })) return;
    // The key is for the previous host; another must not get it.
    const isElsewhere = hostOf(values['vlm.base_url']) !== hostOf(before['vlm.base_url']);
    if (isElsewhere && apiKey.origin.from === 'page' && !('api_key' in vlm)) vlm.api_key = null;
    change.mutate(
      { vlm },
      { onError: refuse, onSuccess: () => queryClient.invalidateQueries({ queryKey: ['second-look'] }) },
    );
  };
  const field = (key: keyof typeof before, hint?: string) => ({
    ...text(key),
    literal: true,
    disabled: !settings[key].changeable,
    hint: settings[key].changeable ? hint : <FixedNote origin={settings[key].origin} />,
  });
  return (
    <form {...form(submit)}>
      <TextField label={words.url} inputMode="url" placeholder="http://127.0.0.1:11434/v1" {...field('vlm.base_url')} />
      <div className="grid grid-cols-2 gap-4 phone:grid-cols-1">
        <TextField label={words.model} {...field('vlm.model')} />
        <TextField
          label={words.key}
          type="password"
          {...field('vlm.api_key', apiKey.value === null ? words.keyHint : words.keySet)}
        />
      </div>
      <ErrorMessage error={change.error} />
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" disabled={change.isPending || changed.length === 0}>
          {change.isPending ? t.actions.saving : settingsWords.save}
        </Button>
        <p role="status" className="text-13 text-muted">
          {change.isSuccess && changed.length === 0 ? words.saved : ''}
        </p>
      </div>
    </form>
  );
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}

/** What leaves the home network, and the consent to it. */
function WherePicturesGo({ state: { host, reach, consent } }: { state: SecondLookState }) {
  const change = useConsent();
  if (host === null) return <p className="text-muted">{words.none}</p>;
  if (reach === 'unknown') return <Warning>{words.unknown(host)}</Warning>;
  if (reach === 'local') return <p className="text-pretty text-muted">{words.local(host)}</p>;
  if (!consent) {
    return (
      <>
        <Warning>{words.outside(host)}</Warning>
        <div className="mt-3">
          <ConfirmDialog
            trigger={<Button>{words.allow(host)}</Button>}
            title={words.allowTitle(host)}
            description={words.allowText}
            cancel={words.cancel}
            confirm={words.allow(host)}
            onConfirm={() => change.mutateAsync(host)}
          />
        </div>
      </>
    );
  }
  const when = timeInWords(consent.at, Date.now());
  return (
    <>
      <p className="text-pretty">{words.allowed(host, when, consent.by ?? words.somebody)}</p>
      <ErrorMessage error={change.error} className="mt-2" />
      <Button className="mt-3" disabled={change.isPending} onClick={() => change.mutate(undefined)}>
        {words.forbid}
      </Button>
    </>
  );
}
