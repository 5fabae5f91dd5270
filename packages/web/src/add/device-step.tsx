import { type DeviceDescription, type FoundDevice, takesTlsPin } from '@lookout/protocol';
import { useMutation } from '@tanstack/react-query';
import { Lightbulb, Lock, RotateCw } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { lookout } from '../api/client.js';
import { CredentialFields } from '../camera/credential-fields.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { ErrorMessage, Problem, Warning } from '../ui/message.js';
import { ChannelChoice, type NamedChannel, streamInWords } from './channel-choice.js';
import type { Draft } from './model/draft.js';
import { BesidePicture, NEXT, StepFrame } from './step-frame.js';

const words = t.add.device;
const FORM = 'device-credentials';

export interface ConnectProps {
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
  onBack: () => void;
  /** The draft has what is known of the camera. */
  onNext: () => void;
}

/** Asks a device for its streams, first without a password, since some need none; then offers them. */
export function DeviceStep({ device, draft, onChange, onBack, onNext }: ConnectProps & { device: FoundDevice }) {
  const { user, password, tls_pin, description } = draft;
  const name = device.name ?? device.model ?? device.host;
  const choose = ({ channel: { main, sub, picture }, name }: NamedChannel) => {
    const pin = [main.url, sub?.url ?? ''].some(takesTlsPin) ? tls_pin : undefined;
    const shown = { picture, main: streamInWords(main), ...(sub && { sub: streamInWords(sub) }) };
    onChange({ url: main.url, sub_url: sub?.url ?? '', name, tls_pin: pin, shown });
    onNext();
  };
  const asking = useDescription(device.address, description === undefined, (described) => {
    onChange({ description: described });
    const [only, ...others] = namedChannels(name, described);
    if (only && others.length === 0) choose(only);
  });
  const ask = (pin = tls_pin) => asking.mutate({ user, password, ...(pin && { tls_pin: pin }) });
  const refusal = asking.data?.ok === false ? asking.data : undefined;
  const needsPassword = refusal?.code === 'camera_unauthorized';
  return (
    <StepFrame
      title={words.title(name)}
      note={[device.host, device.manufacturer, device.model !== name && device.model].filter(Boolean).join(' · ')}
      onBack={onBack}
      next={
        refusal && (
          <Button type="submit" form={FORM} variant="primary" className={NEXT} disabled={asking.isPending}>
            {asking.isPending ? words.asking : needsPassword ? words.signIn : t.actions.tryAgain}
          </Button>
        )
      }
    >
      {asking.isPending && !refusal && (
        <p className="flex items-center gap-2.5 text-muted" role="status">
          <RotateCw size={16} className="animate-spin" aria-hidden="true" />
          {words.asking}
        </p>
      )}
      <ErrorMessage error={asking.error} />
      {refusal && (
        <BesidePicture picture={needsPassword && <PasswordAdvice />}>
          <form
            id={FORM}
            className="space-y-4"
            onSubmit={(event) => {
              event.preventDefault();
              if (!asking.isPending) ask();
            }}
          >
            <Refusal
              refusal={refusal}
              isFirst={asking.tries === 1}
              onTrust={(pin) => {
                onChange({ tls_pin: pin });
                ask(pin);
              }}
            />
            {needsPassword && (
              <CredentialFields {...{ user, password, onChange }} hint={words.credentialsHint} autoFocus />
            )}
          </form>
        </BesidePicture>
      )}
      {description && !refusal && (
        <div className="space-y-4">
          {description.notes.length > 0 && <Warning>{description.notes.join(' ')}</Warning>}
          <ChannelChoice channels={namedChannels(name, description)} onChoose={choose} />
        </div>
      )}
    </StepFrame>
  );
}

/** A device with one picture is called by its own name, those of a recorder by theirs too. */
function namedChannels(name: string, { channels }: DeviceDescription & { ok: true }): NamedChannel[] {
  return channels.map((channel) => ({
    channel,
    name: channels.length === 1 ? name : `${name} ${channel.name}`.slice(0, 100),
  }));
}

function PasswordAdvice() {
  return (
    <>
      <div className="grid aspect-video place-items-center rounded-lg bg-sunken text-muted phone:hidden">
        <p className="grid justify-items-center gap-2 text-13">
          <Lock size={22} aria-hidden="true" />
          {t.add.address.here}
        </p>
      </div>
      <p className="flex gap-3 rounded-lg bg-sunken px-3.5 py-3 text-13 text-pretty text-muted">
        <Lightbulb size={16} aria-hidden="true" className="mt-px shrink-0" />
        {words.passwordAdvice}
      </p>
    </>
  );
}

interface RefusalProps {
  refusal: DeviceDescription & { ok: false };
  /** It was asked without a password, and may well need one: nothing went wrong. */
  isFirst: boolean;
  onTrust: (tlsPin: string) => void;
}

function Refusal({ refusal, isFirst, onTrust }: RefusalProps) {
  const { code, reason, hint, tls_pin } = refusal;
  if (code === 'camera_unauthorized' && isFirst) return <p className="text-muted">{words.needsPassword}</p>;
  return (
    <Problem title={reason} advice={hint}>
      {tls_pin && (
        <Button className="mt-2" onClick={() => onTrust(tls_pin)}>
          {t.add.address.trust}
        </Button>
      )}
    </Problem>
  );
}

type Asked = Omit<Parameters<typeof lookout.cameras.describeDevice>[0], 'address'>;

/** One question at a time: another, or leaving, cancels the last. @param atOnce whether to ask at the beginning */
function useDescription(
  address: string,
  atOnce: boolean,
  onDescribed: (described: DeviceDescription & { ok: true }) => void,
) {
  const running = useRef<AbortController>(undefined);
  const [tries, setTries] = useState(0);
  const [asksAtOnce] = useState(atOnce);
  const asking = useMutation({
    mutationFn: (asked: Asked) => {
      running.current?.abort();
      running.current = new AbortController();
      return lookout.cameras.describeDevice({ address, ...asked }, { signal: running.current.signal });
    },
    onSuccess: (answer) => {
      setTries((count) => count + 1);
      if (answer.ok) onDescribed(answer);
    },
  });
  const { mutate } = asking;
  useEffect(() => {
    if (asksAtOnce) mutate({});
    return () => running.current?.abort();
  }, [mutate, asksAtOnce]);
  return { ...asking, tries };
}
