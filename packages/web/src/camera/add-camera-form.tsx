import { type Camera, makersOf, NewCamera, ProbeRequest, type ProbeResult, subStreamOf } from '@lookout/protocol';
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
import { MakerFields } from './maker-fields.js';
import { ProbeProgress, ProbeReport } from './probe-report.js';

const words = t.cameras.add;
const KINDS = SOURCE_KINDS.map(({ value }) => ({ value, label: t.cameras.kinds[value].label }));

export interface AddCameraFormProps {
  /** Ask for maker and host in place of an address. */
  byMaker?: boolean;
  onAdded: (camera: Camera) => void;
}

/** Tries an address before saving it. */
export function AddCameraForm({ byMaker = false, onAdded }: AddCameraFormProps) {
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
      {byMaker ? (
        <MakerFields error={text('url').error} onChange={change} />
      ) : (
        <AddressFields
          kind={kind}
          {...text('url')}
          onChange={(url) => change({ url })}
          onKind={(value) => {
            setKind(SOURCE_KINDS.find((candidate) => candidate.value === value) ?? kind);
            // Another kind needs another address.
            if (kindOf(address) !== undefined && kindOf(address)?.value !== value) change({ url: '' });
          }}
        />
      )}
      {takesCredentials(values.url || (byMaker ? '' : kind.example)) && (
        <CredentialFields
          {...values}
          hint={byMaker ? t.find.makerCredentialsHint : words.credentialsHint}
          onChange={change}
        />
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
          hint={<SubAddressHint url={values.url} subUrl={values.sub_url} onUse={(sub_url) => set({ sub_url })} />}
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

interface AddressFieldsProps {
  kind: SourceKind;
  value: string;
  error: string | undefined;
  onChange: (url: string) => void;
  onKind: (kind: SourceKind['value']) => void;
}

/** An address, with what is to be known of its kind. */
function AddressFields({ kind, value, error, onChange, onKind }: AddressFieldsProps) {
  return (
    <>
      <Segmented label={words.kind} value={kind.value} options={KINDS} onChange={onKind} />
      <TextField
        label={t.cameras.settings.address}
        {...{ value, error, onChange }}
        placeholder={kind.example}
        hint={
          <>
            {t.cameras.kinds[kind.value].note}{' '}
            {value.trim() === '' && <TextButton label={words.useExample} onClick={() => onChange(kind.example)} />}
          </>
        }
        autoFocus
        inputMode="url"
        literal
      />
    </>
  );
}

/** What a sub stream is for, and its address where the maker can be told by that of the main stream. */
function SubAddressHint({ url, subUrl, onUse }: { url: string; subUrl: string; onUse: (subUrl: string) => void }) {
  const sub = subStreamOf(url);
  return (
    <>
      {t.cameras.settings.subAddressHint}
      {sub && subUrl === '' && (
        <span className="mt-1 block">
          {t.find.looksLike(namesOf(url))} <span className="font-mono break-all">{sub}</span>{' '}
          <TextButton label={t.find.useSub} onClick={() => onUse(sub)} />
        </span>
      )}
    </>
  );
}

/** Makers of cameras with this path. */
function namesOf(url: string): string {
  return makersOf(url)
    .map(({ name }) => name)
    .join(' / ');
}

function TextButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" className="font-medium text-accent-text underline underline-offset-2" onClick={onClick}>
      {label}
    </button>
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
