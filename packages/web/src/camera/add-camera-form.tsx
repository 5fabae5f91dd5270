import type { Camera, ProbeResult } from '@lookout/protocol';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { lookout } from '../api/client.js';
import { useCreateCamera } from '../api/queries.js';
import { Button } from '../ui/button.js';
import { TextField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import { Segmented } from '../ui/segmented.js';
import { Switch } from '../ui/switch.js';
import { takesCredentials, withCredentials } from './address-credentials.js';
import { CredentialFields } from './credential-fields.js';
import { ProbeReport } from './probe-report.js';
import { isRecording, kindOf, SOURCE_KINDS, suggestName } from './source-kinds.js';

export function AddCameraForm({ onAdded }: { onAdded: (camera: Camera) => void }) {
  const [chosenKind, setKind] = useState(SOURCE_KINDS[0]!);
  const [url, setUrl] = useState('');
  const [credentials, setCredentials] = useState({ user: '', password: '' });
  const [name, setName] = useState('');
  const [loop, setLoop] = useState(true);
  const [tlsPin, setTlsPin] = useState<string>();
  const abort = useRef<AbortController>(undefined);
  const probe = useMutation({
    mutationFn: ({ address, tlsPin }: { address: string; tlsPin: string | undefined }) => {
      abort.current?.abort();
      abort.current = new AbortController();
      return lookout.cameras.probe(address, { tlsPin, signal: abort.current.signal });
    },
    onSuccess: (_result, { address }) => setName((current) => current || suggestName(address)),
  });
  const create = useCreateCamera();
  useEffect(() => () => abort.current?.abort(), []);

  const address = withCredentials(url, credentials);
  // An address tells its kind itself: a hint for another one would lead astray.
  const kind = kindOf(address) ?? chosenKind;
  const result = probe.data;
  const recording = isRecording(address);
  const save = () =>
    create.mutate(
      {
        url: address,
        name: name.trim() || undefined,
        ...(tlsPin && { tls_pin: tlsPin }),
        ...(recording && !loop && { loop }),
      },
      { onSuccess: onAdded },
    );
  /** What was found is of another address. */
  const changed = () => {
    setTlsPin(undefined);
    abort.current?.abort();
    probe.reset();
    create.reset();
  };
  const changeUrl = (next: string) => {
    setUrl(next);
    changed();
  };
  const tryIt = () => probe.mutate({ address, tlsPin });
  const trust = (pin: string) => {
    setTlsPin(pin);
    probe.mutate({ address, tlsPin: pin });
  };
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (result?.ok) save();
        else tryIt();
      }}
    >
      <Segmented
        label="Kind of camera"
        value={kind.value}
        options={SOURCE_KINDS}
        onChange={(value) => {
          setKind(SOURCE_KINDS.find((candidate) => candidate.value === value)!);
          // Another kind has another address.
          if (kindOf(address) !== undefined && kindOf(address)?.value !== value) changeUrl('');
        }}
      />
      <TextField
        label="Address"
        value={url}
        onChange={(event) => changeUrl(event.target.value)}
        placeholder={kind.example}
        hint={
          <>
            {kind.note}{' '}
            {address === '' && (
              <button
                type="button"
                className="font-medium text-accent underline underline-offset-2"
                onClick={() => setUrl(kind.example)}
              >
                Use the example
              </button>
            )}
          </>
        }
        required
        autoFocus
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        inputMode="url"
        className="font-mono text-[0.8125rem]"
      />
      {takesCredentials(url || kind.example) && (
        <CredentialFields
          {...credentials}
          hint="Leave empty if the camera needs none, or if they are in the address."
          onChange={(change) => {
            setCredentials((current) => ({ ...current, ...change }));
            changed();
          }}
        />
      )}
      <div aria-live="polite">
        {probe.isPending && <ProbeProgress />}
        {probe.isError && <ErrorMessage error={probe.error} />}
        {result && <ProbeReport result={result} onTrust={trust} />}
      </div>
      {result && <NameField value={name} onChange={setName} />}
      {result && recording && <Switch label="Play in a loop" checked={loop} onCheckedChange={setLoop} />}
      {create.isError && <ErrorMessage error={create.error} />}
      <Actions
        result={result}
        canProbe={address !== '' && !probe.isPending}
        saving={create.isPending}
        onProbe={tryIt}
        onSave={save}
      />
    </form>
  );
}

function NameField({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  return (
    <TextField
      label="Name"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      placeholder="Yard"
      maxLength={100}
      autoComplete="off"
    />
  );
}

interface ActionsProps {
  result: ProbeResult | undefined;
  canProbe: boolean;
  saving: boolean;
  onProbe: () => void;
  onSave: () => void;
}

/** Enter does the next sensible thing: try, then save what was found. */
function Actions({ result, canProbe, saving, onProbe, onSave }: ActionsProps) {
  if (!result) {
    return (
      <div className="flex justify-end">
        <Button type="submit" variant="primary" disabled={!canProbe}>
          Try it
        </Button>
      </div>
    );
  }
  if (result.ok) {
    return (
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onProbe} disabled={!canProbe}>
          Try again
        </Button>
        <Button type="submit" variant="primary" disabled={saving}>
          {saving ? 'Saving' : 'Save camera'}
        </Button>
      </div>
    );
  }
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <Button onClick={onSave} disabled={saving}>
        {saving ? 'Saving' : 'Save anyway'}
      </Button>
      <Button type="submit" variant="primary" disabled={!canProbe}>
        Try again
      </Button>
    </div>
  );
}

/** A probe takes at most five seconds; this says how far it is. */
function ProbeProgress() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const startedAt = performance.now();
    const timer = setInterval(() => setSeconds((performance.now() - startedAt) / 1000), 100);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="rounded-md border border-line bg-sunken px-3.5 py-3">
      <p className="flex justify-between">
        <span>Connecting and waiting for a picture</span>
        <span aria-hidden="true" className="figures text-muted">
          {seconds.toFixed(1)} of 5 s
        </span>
      </p>
      <div className="mt-2 h-1 overflow-hidden rounded-full bg-line" aria-hidden="true">
        <div className="h-full rounded-full bg-accent" style={{ width: `${Math.min(100, seconds * 20)}%` }} />
      </div>
    </div>
  );
}
