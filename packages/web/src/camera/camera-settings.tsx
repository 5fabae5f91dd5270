import { type Camera, takesTlsPin } from '@lookout/protocol';
import { useState } from 'react';
import { useUpdateCamera } from '../api/queries.js';
import { useForm } from '../lib/form.js';
import { CameraPatch } from '../lib/schemas.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { Switch } from '../ui/choice.js';
import { SelectField, TextField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import { isRecording, takesCredentials } from './address.js';
import { formValues, patchOf } from './camera-form.js';
import { CredentialFields } from './credential-fields.js';

const words = t.cameras.settings;
const AUTO = { value: 'auto', label: words.auto };
// 320..640 in steps of 32
const SIZES = [
  AUTO,
  ...Array.from({ length: 11 }, (_, i) => String(320 + 32 * i)).map((size) => ({ value: size, label: size })),
];
// 5..95 % in steps of 5
const CONFIDENCES = Array.from({ length: 19 }, (_, i) => String((5 * (i + 1)) / 100));

/** How a camera is opened, and how its pictures are looked at. */
export function CameraSettings({ camera }: { camera: Camera }) {
  // Once saved, what is shown is what the server made of it.
  const [saves, setSaves] = useState(0);
  return (
    <>
      <SettingsForm key={saves} camera={camera} onSaved={() => setSaves(saves + 1)} />
      <p role="status" className="mt-2 text-right text-13 text-muted">
        {saves > 0 && words.saved}
      </p>
    </>
  );
}

function SettingsForm({ camera, onSaved }: { camera: Camera; onSaved: () => void }) {
  // The camera as it was when the form opened: it may change meanwhile.
  const [before] = useState(() => formValues(camera));
  const { values, set, text, form, check, refuse } = useForm(before);
  const update = useUpdateCamera(camera.id);
  const submit = () => {
    const patch = patchOf(before, values);
    if (!patch) onSaved();
    else if (check(CameraPatch, patch)) update.mutate(patch, { onSuccess: onSaved, onError: refuse });
  };
  const isPulled = camera.kind === 'pull';
  return (
    <form {...form(submit)}>
      <TextField label={t.form.name} autoComplete="off" {...text('name')} />
      {isPulled && (
        <TextField
          label={words.address}
          literal
          hint={values.url.includes('***') && words.hiddenCredentials}
          {...text('url')}
        />
      )}
      {isPulled && <TextField label={words.subAddress} literal hint={words.subAddressHint} {...text('sub_url')} />}
      {isPulled && takesCredentials(values.url) && (
        <CredentialFields {...values} hint={words.credentialsHint} onChange={set} />
      )}
      {[values.url, values.sub_url].some(takesTlsPin) && (
        <TextField label={words.pin} placeholder="sha256/…" literal hint={words.pinHint} {...text('tls_pin')} />
      )}
      {isRecording(values.url.trim()) && (
        <Switch label={words.loop} checked={values.loop} onCheckedChange={(loop) => set({ loop })} />
      )}
      {(camera.node !== undefined || before.needs !== '') && (
        <TextField label={words.needs} literal hint={words.needsHint} {...text('needs')} />
      )}
      <Switch
        label={words.detect}
        checked={values['detect.enabled']}
        onCheckedChange={(detect) => set({ 'detect.enabled': detect })}
      />
      <div className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,10rem),1fr))] items-start gap-4">
        <TextField label={words.fps} hint={words.fpsHint} type="number" step="any" {...text('detect.fps')} />
        <TextField
          label={words.idleFps}
          hint={words.idleFpsHint}
          type="number"
          step="any"
          {...text('detect.idle_fps')}
        />
        <SelectField label={words.size} hint={words.sizeHint} options={SIZES} {...text('detect.inference_size')} />
        <SelectField
          label={words.confidence}
          hint={words.confidenceHint}
          options={confidencesWith(values['detect.confidence'])}
          {...text('detect.confidence')}
        />
        <div className="col-span-full">
          <TextField
            label={words.classes}
            placeholder={words.classesPlaceholder}
            hint={words.classesHint}
            {...text('detect.classes')}
          />
        </div>
      </div>
      <ErrorMessage error={update.error} />
      <div className="flex justify-end">
        <Button type="submit" variant="primary" disabled={update.isPending}>
          {update.isPending ? t.actions.saving : words.save}
        </Button>
      </div>
    </form>
  );
}

/** The available steps, and the current value if it is between them. */
function confidencesWith(current: string) {
  const steps = [...new Set([...CONFIDENCES, current])].filter((step) => step !== 'auto');
  return [AUTO, ...steps.sort().map((step) => ({ value: step, label: t.units.percent(Number(step)) }))];
}
