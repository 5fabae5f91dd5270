import { type Camera, makersOf, subStreamOf } from '@lookout/protocol';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, ImageOff } from 'lucide-react';
import { lookout } from '../api/client.js';
import { useCameras, useCreateCamera } from '../api/queries.js';
import { isRecording, kindOf, withCredentials } from '../camera/address.js';
import { useForm } from '../lib/form.js';
import { NewCamera } from '../lib/schemas.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { Switch } from '../ui/choice.js';
import { TextField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import { Facts } from '../ui/panel.js';
import { LookForField } from './look-for-field.js';
import { type Draft, newCameraOf } from './model/draft.js';
import { ProbeProgress } from './probe-report.js';
import { BesidePicture, NEXT, StepFrame } from './step-frame.js';

const words = t.add.watch;
const FORM = 'new-camera';

export interface WatchStepProps {
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
  /** Kinds of objects that the model can see. */
  names: readonly string[];
  lookFor: readonly string[];
  onBack: () => void;
  onAdded: (camera: Camera) => void;
}

/** The picture, its name, its streams and what to look for; then it is saved. */
export function WatchStep({ draft, onChange, names, lookFor, onBack, onAdded }: WatchStepProps) {
  const create = useCreateCamera();
  const hasDemo = useCameras().data?.some(({ origin }) => origin === 'demo') === true;
  const { form, text, check, refuse } = useForm(draft);
  const save = () => {
    const camera = newCameraOf(draft, lookFor);
    if (check(NewCamera, camera)) create.mutate(camera, { onSuccess: onAdded, onError: refuse });
  };
  return (
    <StepFrame
      title={draft.shown ? words.works : words.untried}
      note={words.note}
      onBack={onBack}
      next={
        <Button
          type="submit"
          form={FORM}
          variant="primary"
          className={NEXT}
          disabled={create.isPending || lookFor.length === 0}
        >
          {create.isPending ? t.actions.saving : words.add}
        </Button>
      }
    >
      <BesidePicture picture={<Seen draft={draft} />} isFirst>
        <form {...form(save)} id={FORM} className="space-y-5">
          <TextField
            label={t.form.name}
            placeholder={words.namePlaceholder}
            hint={draft.description && words.nameHint}
            autoComplete="off"
            {...text('name')}
            value={draft.name}
            onChange={(name) => onChange({ name })}
          />
          <LookForField names={names} chosen={lookFor} onChange={(chosen) => onChange({ lookFor: chosen })} />
          <SubStream draft={draft} error={text('sub_url').error} onChange={onChange} />
          {isRecording(draft.url) && (
            <Switch
              label={t.cameras.settings.loop}
              checked={draft.loop}
              onCheckedChange={(loop) => onChange({ loop })}
            />
          )}
          {hasDemo && <p className="text-13 text-muted">{t.home.demo.goesNow}</p>}
          <ErrorMessage error={create.error} />
        </form>
      </BesidePicture>
    </StepFrame>
  );
}

/** What the camera showed, and its streams. */
function Seen({ draft }: { draft: Draft }) {
  const { shown, sub_url } = draft;
  if (!shown) return <Empty text={words.noPicture} />;
  return (
    <>
      {shown.picture === null ? <PictureByStream draft={draft} /> : <Picture src={shown.picture} />}
      {shown.sub === undefined ? (
        <p className="figures flex items-start gap-2 text-13 text-muted">
          <CircleCheck size={16} className="mt-px shrink-0 text-good" aria-hidden="true" />
          {shown.main}
        </p>
      ) : (
        <Facts
          items={[
            { name: words.main, value: shown.main },
            { name: words.sub, value: sub_url === '' ? shown.main : shown.sub },
          ]}
        />
      )}
    </>
  );
}

function Picture({ src }: { src: string }) {
  return <img src={src} alt={words.picture} className="max-h-96 w-full rounded-lg bg-picture object-contain" />;
}

function Empty({ text }: { text: string }) {
  return (
    <div className="grid aspect-video place-items-center rounded-lg bg-sunken p-6 text-center text-muted">
      <p className="grid justify-items-center gap-2 text-13 text-pretty">
        <ImageOff size={22} aria-hidden="true" />
        {text}
      </p>
    </div>
  );
}

/** Tries the stream itself where the device gives no picture. */
function PictureByStream({ draft }: { draft: Draft }) {
  const url = withCredentials(draft.url, draft);
  const { tls_pin } = draft;
  const { data, isPending, error } = useQuery({
    queryKey: ['probe', url, tls_pin],
    queryFn: ({ signal }) => lookout.cameras.probe(url, { tlsPin: tls_pin, signal }),
    // It holds a password: nothing of it is kept.
    ...{ staleTime: Number.POSITIVE_INFINITY, gcTime: 0, retry: false, refetchOnWindowFocus: false },
  });
  if (isPending) return <ProbeProgress />;
  if (error) return <ErrorMessage error={error} />;
  return data.ok ? <Picture src={data.picture} /> : <Empty text={`${data.reason} ${data.hint}`} />;
}

interface SubStreamProps {
  draft: Draft;
  error: string | undefined;
  onChange: (changes: Partial<Draft>) => void;
}

/** The smaller stream: the device has named it, or it is typed. */
function SubStream({ draft, error, onChange }: SubStreamProps) {
  const { url, sub_url, description, shown } = draft;
  const named = description?.channels.find(({ main }) => main.url === url)?.sub?.url;
  if (shown?.sub !== undefined && named !== undefined) {
    return (
      <Switch
        label={words.useSub}
        checked={sub_url !== ''}
        onCheckedChange={(uses) => onChange({ sub_url: uses ? named : '' })}
      />
    );
  }
  if (kindOf(url) !== 'rtsp') return null;
  return (
    <TextField
      label={t.cameras.settings.subAddress}
      hint={<SubAddressHint url={url} subUrl={sub_url} onUse={(sub_url) => onChange({ sub_url })} />}
      inputMode="url"
      literal
      value={sub_url}
      error={error}
      onChange={(sub_url) => onChange({ sub_url })}
    />
  );
}

/** What a sub stream is for, and its address where the maker can be told by that of the main stream. */
function SubAddressHint({ url, subUrl, onUse }: { url: string; subUrl: string; onUse: (subUrl: string) => void }) {
  const sub = subStreamOf(url);
  const makers = makersOf(url).map(({ name }) => name);
  return (
    <>
      {t.cameras.settings.subAddressHint}
      {sub && subUrl === '' && (
        <span className="mt-1 block">
          {words.looksLike(makers.join(' / '))} <span className="font-mono break-all">{sub}</span>{' '}
          <button
            type="button"
            className="font-medium text-accent-text underline underline-offset-2 pointer-coarse:py-3.25"
            onClick={() => onUse(sub)}
          >
            {words.takeSub}
          </button>
        </span>
      )}
    </>
  );
}
