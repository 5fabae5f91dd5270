import { type Camera, NewCamera, ProbeRequest, type ProbeResult } from '@lookout/protocol';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { lookout } from '../api/client.js';
import { useCreateCamera } from '../api/queries.js';
import { useForm } from '../lib/form.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { Segmented, Switch } from '../ui/choice.js';
import { TextField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import {
  isRecording,
  kindOf,
  SOURCE_KINDS,
  type SourceKind,
  suggestName,
  takesCredentials,
  withCredentials,
} from './address.js';
import { CredentialFields } from './camera-settings.js';
import { ProbeProgress, ProbeReport } from './probe-report.js';

const words = t.cameras.add;
const KINDS = SOURCE_KINDS.map(({ value }) => ({ value, label: t.cameras.kinds[value].label }));

/** Tries an address before saving it. */
export function AddCameraForm({ onAdded }: { onAdded: (camera: Camera) => void }) {
  const [chosenKind, setKind] = useState<SourceKind>(SOURCE_KINDS[0]);
  const { values, set, text, form, check, refuse } = useForm({
    ...{ url: '', sub_url: '', user: '', password: '', name: '', loop: true },
    tls_pin: undefined as string | undefined,
  });
  const probe = useProbe((address) => !values.name && set({ name: suggestName(address) }));
  const create = useCreateCamera();

  const address = withCredentials(values.url, values);
  // The address determines the kind: a hint for another kind would mislead.
  const kind = kindOf(address) ?? chosenKind;
  const result = probe.data;
  const recording = isRecording(address);
  const save = () => {
    const { name, loop, tls_pin } = values;
    const subAddress = withCredentials(values.sub_url, values);
    const camera = {
      url: address,
      ...(subAddress !== '' && { sub_url: subAddress }),
      name: name.trim() || undefined,
      ...(tls_pin && { tls_pin }),
      ...(recording && !loop && { loop }),
    };
    if (check(NewCamera, camera)) create.mutate(camera, { onSuccess: onAdded, onError: refuse });
  };
  const tryIt = (tls_pin = values.tls_pin) => {
    const request = { url: address, tls_pin };
    if (check(ProbeRequest, request)) probe.mutate(request);
  };
  const change = (changes: Partial<typeof values>) => {
    set({ ...changes, tls_pin: undefined });
    // The result belongs to another address.
    probe.cancel();
    create.reset();
  };
  return (
    <form {...form(() => (result?.ok ? save() : tryIt()))}>
      <Segmented
        label={words.kind}
        value={kind.value}
        options={KINDS}
        onChange={(value) => {
          setKind(SOURCE_KINDS.find((candidate) => candidate.value === value) ?? kind);
          // Another kind needs another address.
          if (kindOf(address) !== undefined && kindOf(address)?.value !== value) change({ url: '' });
        }}
      />
      <TextField
        label={t.cameras.settings.address}
        {...text('url')}
        onChange={(url) => change({ url })}
        placeholder={kind.example}
        hint={
          <>
            {t.cameras.kinds[kind.value].note}{' '}
            {address === '' && (
              <button
                type="button"
                className="font-medium text-accent-text underline underline-offset-2"
                onClick={() => set({ url: kind.example })}
              >
                {words.useExample}
              </button>
            )}
          </>
        }
        autoFocus
        inputMode="url"
        literal
      />
      {takesCredentials(values.url || kind.example) && (
        <CredentialFields {...values} hint={words.credentialsHint} onChange={change} />
      )}
      <div aria-live="polite">
        {probe.isPending && <ProbeProgress />}
        <ErrorMessage error={probe.error} />
        {result && (
          <ProbeReport
            result={result}
            onTrust={(tls_pin) => {
              set({ tls_pin });
              tryIt(tls_pin);
            }}
          />
        )}
      </div>
      {result && (
        <TextField label={t.form.name} placeholder={words.namePlaceholder} autoComplete="off" {...text('name')} />
      )}
      {result && kind.value === 'rtsp' && (
        <TextField
          label={t.cameras.settings.subAddress}
          hint={t.cameras.settings.subAddressHint}
          inputMode="url"
          literal
          {...text('sub_url')}
        />
      )}
      {result && recording && (
        <Switch label={t.cameras.settings.loop} checked={values.loop} onCheckedChange={(loop) => set({ loop })} />
      )}
      <ErrorMessage error={create.error} />
      <Actions
        result={result}
        canProbe={address !== '' && !probe.isPending}
        saving={create.isPending}
        onProbe={() => tryIt()}
        onSave={save}
      />
    </form>
  );
}

/** Runs one probe at a time: starting another, or leaving the form, cancels the last. @param onFound gets the address that was tried */
function useProbe(onFound: (address: string) => void) {
  const running = useRef<AbortController>(undefined);
  const probe = useMutation({
    mutationFn: ({ url, tls_pin }: ProbeRequest) => {
      running.current?.abort();
      running.current = new AbortController();
      return lookout.cameras.probe(url, { tlsPin: tls_pin, signal: running.current.signal });
    },
    onSuccess: (_result, { url }) => onFound(url),
  });
  useEffect(() => () => running.current?.abort(), []);
  const cancel = () => {
    running.current?.abort();
    probe.reset();
  };
  return { ...probe, cancel };
}

interface ActionsProps {
  result: ProbeResult | undefined;
  canProbe: boolean;
  saving: boolean;
  onProbe: () => void;
  onSave: () => void;
}

/** Enter does the next sensible thing: try the address, then save the camera. */
function Actions({ result, canProbe, saving, onProbe, onSave }: ActionsProps) {
  const tryAgain = result ? t.actions.tryAgain : words.tryIt;
  const save = saving ? t.actions.saving : result?.ok ? words.save : words.saveAnyway;
  const [first, second] = result?.ok
    ? [
        { label: tryAgain, disabled: !canProbe, onClick: onProbe },
        { label: save, disabled: saving },
      ]
    : [result && { label: save, disabled: saving, onClick: onSave }, { label: tryAgain, disabled: !canProbe }];
  return (
    <div className="flex flex-wrap justify-end gap-2">
      {first && (
        <Button onClick={first.onClick} disabled={first.disabled}>
          {first.label}
        </Button>
      )}
      <Button type="submit" variant="primary" disabled={second.disabled}>
        {second.label}
      </Button>
    </div>
  );
}
