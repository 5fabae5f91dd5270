import type { Camera } from '@lookout/protocol';
import { basePath } from '../api/client.js';
import { useCamera, useCreateCamera } from '../api/queries.js';
import { StateBadge, shownState } from '../camera/camera-state.js';
import { PhoneHint, ShareLink, useShareOrigin } from '../camera/share-link.js';
import { useForm } from '../lib/form.js';
import { NewCamera } from '../lib/schemas.js';
import { t } from '../strings/index.js';
import { Button, buttonClasses } from '../ui/button.js';
import { TextField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import { LookForField } from './look-for-field.js';
import type { Draft } from './model/draft.js';
import { classesOf } from './model/look-for.js';
import { NEXT, StepFrame } from './step-frame.js';

const words = t.add.phone;
const FORM = 'phone-camera';

export interface PhoneStepProps {
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
  /** Kinds of objects that the model can see. */
  names: readonly string[];
  lookFor: readonly string[];
  /** The camera, once it was made. */
  made: Camera | undefined;
  onMade: (camera: Camera) => void;
  onBack: () => void;
  onNext: () => void;
}

/** Makes a camera of any device with a browser: asks for a name, then shows a link to open there. */
export function PhoneStep({ made, ...props }: PhoneStepProps) {
  return made ? <OpenThere made={made} onNext={props.onNext} /> : <NamePhone {...props} />;
}

function NamePhone({ draft, onChange, names, lookFor, onMade, onBack }: Omit<PhoneStepProps, 'made' | 'onNext'>) {
  const create = useCreateCamera();
  const { form, text, check, refuse } = useForm(draft);
  const submit = () => {
    const classes = classesOf(lookFor);
    const camera = {
      ...({ kind: 'push', name: draft.name.trim() || words.name } as const),
      ...(classes && { detect: { classes } }),
    };
    if (check(NewCamera, camera)) create.mutate(camera, { onSuccess: onMade, onError: refuse });
  };
  return (
    <StepFrame
      title={words.title}
      note={words.text}
      onBack={onBack}
      next={
        <Button
          type="submit"
          form={FORM}
          variant="primary"
          className={NEXT}
          disabled={create.isPending || lookFor.length === 0}
        >
          {create.isPending ? words.creating : words.create}
        </Button>
      }
    >
      <form {...form(submit)} id={FORM} className="max-w-140 space-y-5">
        <TextField
          label={t.form.name}
          placeholder={words.name}
          autoComplete="off"
          autoFocus
          {...text('name')}
          value={draft.name}
          onChange={(name) => onChange({ name })}
        />
        <LookForField names={names} chosen={lookFor} onChange={(chosen) => onChange({ lookFor: chosen })} />
        <ErrorMessage error={create.error} />
      </form>
    </StepFrame>
  );
}

/** The link, and how to continue on the other device. */
function OpenThere({ made, onNext }: { made: Camera; onNext: () => void }) {
  const { origin, obstacle } = useShareOrigin();
  const { data: camera = made } = useCamera(made.id);
  const token = made.publish_token;
  return (
    <StepFrame
      title={words.title}
      note={<StateBadge state={shownState(camera)} reason={camera.state_reason} />}
      next={
        <>
          {token && (
            // On the same origin as this page: browsers allow `localhost` to use the camera without HTTPS.
            <a
              href={`${basePath}/camera/${token}`}
              target="_blank"
              rel="noreferrer"
              className={buttonClasses('plain', NEXT)}
            >
              {words.openHere}
            </a>
          )}
          <Button variant="primary" className={NEXT} onClick={onNext}>
            {t.add.continue}
          </Button>
        </>
      }
    >
      <div className="max-w-140 space-y-4">
        {token ? (
          <>
            <ShareLink label={words.link(camera.name)} note={words.note} url={`${origin}/camera/${token}`} open />
            <PhoneHint obstacle={obstacle} />
          </>
        ) : (
          <p className="text-muted">{words.withoutLink}</p>
        )}
      </div>
    </StepFrame>
  );
}
