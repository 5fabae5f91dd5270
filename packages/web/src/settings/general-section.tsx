import type { Setting } from '@lookout/protocol';
import { numberOf, numberText, useForm } from '../lib/form.js';
import { SettingsPatch } from '../lib/schemas.js';
import { t } from '../strings/index.js';
import { settingsWords as words } from '../strings/settings.js';
import { Button } from '../ui/button.js';
import { SelectField, TextField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { FixedNote } from './fixed-note.js';
import { useChangeSettings, useSettings } from './queries.js';

/** As computers count: the default of 5 GiB reads 5. */
const GB = 1024 ** 3;
type Change = ReturnType<typeof useChangeSettings>;

/** The time zone, and how long events and their pictures stay. */
export function GeneralSection() {
  const { data: settings, error } = useSettings();
  // Here, as the forms begin anew with the values that were saved.
  const timeChange = useChangeSettings();
  const storageChange = useChangeSettings();
  const find = (key: string) => settings?.find((setting) => setting.key === key);
  const timezone = find('timezone');
  const days = find('events.max_age_days');
  const space = find('events.max_bytes');
  return (
    <>
      <ErrorMessage error={error} />
      {timezone && <TimezonePanel key={`${timezone.value}`} setting={timezone} change={timeChange} />}
      {days && space && (
        <StoragePanel key={`${days.value} ${space.value}`} days={days} space={space} change={storageChange} />
      )}
    </>
  );
}

function TimezonePanel({ setting, change }: { setting: Setting; change: Change }) {
  const now = String(setting.value);
  const { values, form, text } = useForm({ timezone: now });
  const zones = [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', now])].sort();
  return (
    <Panel title={words.time.title}>
      <form {...form(() => change.mutate({ timezone: values.timezone }))}>
        <SelectField
          label={words.time.label}
          hint={setting.changeable ? words.time.hint : <FixedNote origin={setting.origin} />}
          options={zones.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }))}
          disabled={!setting.changeable}
          {...text('timezone')}
        />
        <SaveRow
          settings={[setting]}
          change={change}
          isChanged={values.timezone !== now}
          saved={words.time.saved}
          onReset={() => change.mutate({ timezone: null })}
        />
      </form>
    </Panel>
  );
}

function StoragePanel({ days, space, change }: { days: Setting; space: Setting; change: Change }) {
  const before = {
    'events.max_age_days': numberText(Number(days.value)),
    'events.max_bytes': gigabytes(Number(space.value)),
  };
  const { values, form, text, check, refuse } = useForm(before);
  const isChanged = (key: keyof typeof before) => values[key] !== before[key];
  const submit = () => {
    const patch = {
      events: {
        ...(isChanged('events.max_age_days') && { max_age_days: numberOf(values['events.max_age_days']) }),
        ...(isChanged('events.max_bytes') && { max_bytes: Math.round(numberOf(values['events.max_bytes']) * GB) }),
      },
    };
    if (check(SettingsPatch, patch)) change.mutate(patch, { onError: refuse });
  };
  return (
    <Panel title={words.storage.title}>
      <form {...form(submit)}>
        <div className="grid grid-cols-2 gap-4 phone:grid-cols-1">
          <TextField
            label={words.storage.days}
            hint={days.changeable ? words.storage.daysHint : <FixedNote origin={days.origin} />}
            inputMode="decimal"
            disabled={!days.changeable}
            {...text('events.max_age_days')}
          />
          <TextField
            label={words.storage.space}
            hint={space.changeable ? words.storage.spaceHint : <FixedNote origin={space.origin} />}
            inputMode="decimal"
            disabled={!space.changeable}
            {...text('events.max_bytes')}
            error={text('events.max_bytes').error && words.storage.spaceRange}
          />
        </div>
        <SaveRow
          settings={[days, space]}
          change={change}
          isChanged={isChanged('events.max_age_days') || isChanged('events.max_bytes')}
          saved={words.storage.saved}
          onReset={() =>
            change.mutate({
              events: {
                ...(days.changeable && { max_age_days: null }),
                ...(space.changeable && { max_bytes: null }),
              },
            })
          }
        />
      </form>
    </Panel>
  );
}

interface SaveRowProps {
  settings: readonly Setting[];
  change: Change;
  isChanged: boolean;
  /** What saving did. */
  saved: string;
  onReset: () => void;
}

/** Saves a form, unless nothing in it can be changed. */
function SaveRow({ settings, change, isChanged, saved, onReset }: SaveRowProps) {
  if (!settings.some(({ changeable }) => changeable)) return null;
  return (
    <>
      <ErrorMessage error={change.error} />
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" disabled={change.isPending || !isChanged}>
          {change.isPending ? t.actions.saving : words.save}
        </Button>
        {settings.some(({ origin }) => origin.from === 'page') && (
          <Button variant="ghost" disabled={change.isPending} onClick={onReset}>
            {words.toDefault}
          </Button>
        )}
        <p role="status" className="text-13 text-muted">
          {change.isSuccess && !isChanged ? saved : ''}
        </p>
      </div>
    </>
  );
}

function gigabytes(bytes: number): string {
  return numberText(Math.round((bytes / GB) * 100) / 100);
}
