import type { Camera, DeviceDescription, FoundDevice } from '@lookout/protocol';
import { useMutation } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { lookout } from '../api/client.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { ErrorMessage, Problem, Warning } from '../ui/message.js';
import { CredentialFields } from './camera-settings.js';
import { ChannelCard } from './channel-card.js';

const words = t.find;

export interface DeviceFormProps {
  device: FoundDevice;
  onAdded: (camera: Camera) => void;
}

/** Asks a device for its streams, first without a password, since some need none; then offers them. */
export function DeviceForm({ device, onAdded }: DeviceFormProps) {
  const [credentials, setCredentials] = useState({ user: '', password: '' });
  const [tlsPin, setTlsPin] = useState<string>();
  const asking = useDescription(device.address);
  const ask = (pin = tlsPin) => asking.mutate({ ...credentials, ...(pin && { tls_pin: pin }) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask();
  };
  const result = asking.data;
  const needsPassword = result?.ok === false && result.code === 'camera_unauthorized';
  return (
    <div className="space-y-4 border-t border-line bg-surface px-3.5 py-4">
      {asking.isPending && !result && (
        <p className="flex items-center gap-2.5 text-muted" role="status">
          <RotateCw size={16} className="animate-spin" aria-hidden="true" />
          {words.asking}
        </p>
      )}
      <ErrorMessage error={asking.error} />
      {result?.ok === false && (
        <form onSubmit={submit} className="space-y-4">
          <Refusal
            result={result}
            isFirst={asking.tries === 1}
            onTrust={(pin) => {
              setTlsPin(pin);
              ask(pin);
            }}
          />
          {needsPassword && (
            <CredentialFields
              {...credentials}
              hint={words.credentialsHint}
              onChange={(change) => setCredentials((current) => ({ ...current, ...change }))}
            />
          )}
          <div className="flex justify-end">
            <Button type="submit" variant="primary" disabled={asking.isPending}>
              {asking.isPending ? words.asking : needsPassword ? words.signIn : words.tryAgain}
            </Button>
          </div>
        </form>
      )}
      {result?.ok && <Channels {...{ device, result, credentials, tlsPin, onAdded }} />}
    </div>
  );
}

interface RefusalProps {
  result: DeviceDescription & { ok: false };
  /** It was asked without a password, and may well need one: nothing went wrong. */
  isFirst: boolean;
  onTrust: (tlsPin: string) => void;
}

function Refusal({ result, isFirst, onTrust }: RefusalProps) {
  const { code, reason, hint, tls_pin } = result;
  if (code === 'camera_unauthorized' && isFirst) return <p className="text-muted">{words.needsPassword}</p>;
  return (
    <Problem title={reason} advice={hint}>
      {tls_pin && (
        <Button className="mt-2" onClick={() => onTrust(tls_pin)}>
          {t.cameras.add.trust}
        </Button>
      )}
    </Problem>
  );
}

interface ChannelsProps extends DeviceFormProps {
  result: DeviceDescription & { ok: true };
  credentials: { user: string; password: string };
  tlsPin: string | undefined;
}

function Channels({ device, result, credentials, tlsPin, onAdded }: ChannelsProps) {
  const { channels, notes, manufacturer, model, firmware } = result;
  const isAlone = channels.length === 1;
  const named = device.name ?? model ?? device.host;
  const facts = [manufacturer, model, firmware && words.firmware(firmware)].filter(Boolean);
  return (
    <>
      {facts.length > 0 && <p className="text-13 text-muted">{facts.join(' · ')}</p>}
      {notes.length > 0 && <Warning>{notes.join(' ')}</Warning>}
      {channels.map((channel) => (
        <ChannelCard
          key={channel.main.url}
          {...{ channel, credentials, tlsPin }}
          name={isAlone ? named : `${named} ${channel.name}`.slice(0, 100)}
          // More of them may be wanted: only a camera with one leaves the list.
          onAdded={(camera) => isAlone && onAdded(camera)}
        />
      ))}
    </>
  );
}

type Asked = Omit<Parameters<typeof lookout.cameras.describeDevice>[0], 'address'>;

/** Asks at once, one question at a time: another, or leaving, cancels the last. */
function useDescription(address: string) {
  const running = useRef<AbortController>(undefined);
  const [tries, setTries] = useState(0);
  const asking = useMutation({
    mutationFn: (asked: Asked) => {
      running.current?.abort();
      running.current = new AbortController();
      return lookout.cameras.describeDevice({ address, ...asked }, { signal: running.current.signal });
    },
    onSuccess: () => setTries((count) => count + 1),
  });
  const { mutate } = asking;
  useEffect(() => {
    mutate({});
    return () => running.current?.abort();
  }, [mutate]);
  return { ...asking, tries };
}
