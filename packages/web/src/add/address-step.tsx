import { ImageOff } from 'lucide-react';
import { useCameras } from '../api/queries.js';
import {
  bareHost,
  completeAddress,
  kindOf,
  SOURCE_KINDS,
  splitCredentials,
  suggestName,
  takesCredentials,
  withCredentials,
} from '../camera/address.js';
import { CredentialFields } from '../camera/credential-fields.js';
import { useForm } from '../lib/form.js';
import { ProbeRequest } from '../lib/schemas.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { TextField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import type { ConnectProps } from './device-step.js';
import { MakerFields, type MakerValues } from './maker-fields.js';
import { ProbeFailure, ProbeProgress, probedInWords } from './probe-report.js';
import { BesidePicture, NEXT, StepFrame } from './step-frame.js';
import { useProbe } from './use-probe.js';

const words = t.add.address;
const FORM = 'camera-address';

export interface AddressStepProps extends ConnectProps {
  /** How the address is said. */
  way: 'address' | 'maker' | 'local';
  maker: MakerValues;
  onMaker: (values: MakerValues) => void;
  /** The address is that of a device that may be asked for its streams. */
  onHost: (host: string) => void;
}

/** Takes an address, or what makes one, and tries it. */
export function AddressStep(props: AddressStepProps) {
  const { way, draft, onBack, onNext, onHost } = props;
  const { check, form, text } = useForm(draft);
  const probe = useProbe();
  const { data: cameras = [] } = useCameras();
  const address = withCredentials(completeAddress(draft.url), draft);
  const change: ConnectProps['onChange'] = (changes) => {
    // What was found belongs to another address.
    probe.cancel();
    props.onChange({ ...changes, tls_pin: undefined, shown: undefined });
  };
  const leave = (changes: Partial<typeof draft>) => {
    const taken = cameras.map(({ name }) => name);
    props.onChange({ url: completeAddress(draft.url), name: draft.name || suggestName(address, taken), ...changes });
    onNext();
  };
  const connect = (tls_pin = draft.tls_pin) => {
    if (!check(ProbeRequest, { url: address, tls_pin })) return;
    probe.mutate(
      { url: address, tls_pin },
      {
        onSuccess: (result) =>
          result.ok && leave({ tls_pin, shown: { picture: result.picture, main: probedInWords(result) } }),
      },
    );
  };
  const host = way === 'maker' ? undefined : bareHost(draft.url);
  const submit = () => (host === undefined ? connect() : onHost(host));
  const failure = probe.data?.ok === false ? probe.data : undefined;
  const next = host === undefined ? (failure ? t.actions.tryAgain : words.connect) : t.add.find.ask;
  return (
    <StepFrame
      title={words.titles[way]}
      onBack={onBack}
      next={
        <>
          {failure && (
            <Button className={NEXT} onClick={() => leave({ shown: undefined })}>
              {words.anyway}
            </Button>
          )}
          <Button
            type="submit"
            form={FORM}
            variant="primary"
            className={NEXT}
            disabled={address === '' || probe.isPending}
          >
            {next}
          </Button>
        </>
      }
    >
      <BesidePicture
        picture={
          <div aria-live="polite" className="space-y-3.5">
            {probe.isPending && <ProbeProgress />}
            <ErrorMessage error={probe.error} />
            {failure && (
              <ProbeFailure
                result={failure}
                onTrust={(tls_pin) => {
                  props.onChange({ tls_pin });
                  connect(tls_pin);
                }}
              />
            )}
            {!probe.isPending && !failure && !probe.error && <NoPictureYet />}
          </div>
        }
      >
        <form {...form(submit)} id={FORM}>
          {way === 'maker' ? (
            <MakerFields
              initial={props.maker}
              error={text('url').error}
              onChange={(addresses, values) => {
                props.onMaker(values);
                change(addresses);
              }}
            />
          ) : (
            <AddressField way={way} url={draft.url} error={text('url').error} onChange={change} />
          )}
          {takesCredentials(completeAddress(draft.url) || (way === 'local' ? '' : 'rtsp://')) && (
            <CredentialFields {...draft} hint={words.credentialsHint} onChange={change} />
          )}
        </form>
      </BesidePicture>
    </StepFrame>
  );
}

function NoPictureYet() {
  return (
    <div className="grid aspect-video place-items-center rounded-lg bg-sunken text-muted phone:hidden">
      <p className="grid justify-items-center gap-2 text-13">
        <ImageOff size={22} aria-hidden="true" />
        {words.here}
      </p>
    </div>
  );
}

interface AddressFieldProps {
  way: 'address' | 'local';
  url: string;
  error: string | undefined;
  onChange: ConnectProps['onChange'];
}

const LOCAL_KINDS = ['file', 'device'];

/** An address; says what it is as soon as that is clear. A user and a password in it move to their own fields. */
function AddressField({ way, url, error, onChange }: AddressFieldProps) {
  const kind = kindOf(url);
  const examples = SOURCE_KINDS.filter(({ value }) => way === 'address' || LOCAL_KINDS.includes(value));
  return (
    <>
      <TextField
        label={words.label}
        value={url}
        error={error}
        onChange={(value) => onChange({ url: value })}
        onBlur={() => {
          const split = splitCredentials(completeAddress(url));
          if (split) onChange(split);
        }}
        placeholder={examples[0]?.example}
        hint={<span aria-live="polite">{hintOf(url, kind)}</span>}
        autoFocus
        inputMode="url"
        literal
      />
      {url.trim() === '' && (
        <fieldset>
          <legend className="mb-1.5 text-13 text-muted">{words.examples}</legend>
          <div className="flex flex-wrap gap-1.5">
            {examples.map(({ value, example }) => (
              <Button
                key={value}
                size="compact"
                onClick={({ currentTarget }) => {
                  // The examples go away: the focus goes to what is to be changed.
                  currentTarget.form?.querySelector('input')?.focus();
                  onChange({ url: example });
                }}
              >
                {t.add.kinds[value].label}
              </Button>
            ))}
          </div>
        </fieldset>
      )}
    </>
  );
}

function hintOf(url: string, kind: ReturnType<typeof kindOf>): string {
  if (kind) return `${words.typed(t.add.kinds[kind].name)} ${t.add.kinds[kind].note}`;
  return bareHost(url) === undefined ? words.incomplete : words.host;
}
