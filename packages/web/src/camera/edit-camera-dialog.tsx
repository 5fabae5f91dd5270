import type { Camera } from '@lookout/protocol';
import { useState } from 'react';
import { useUpdateCamera } from '../api/queries.js';
import { Button } from '../ui/button.js';
import { Dialog } from '../ui/dialog.js';
import { SelectField, TextField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import { Switch } from '../ui/switch.js';
import { takesCredentials } from './address-credentials.js';
import { type CameraFormValues, formValues, patchOf } from './camera-patch.js';
import { CredentialFields } from './credential-fields.js';
import { isRecording, usesTls } from './source-kinds.js';

export interface EditCameraDialogProps {
  camera: Camera;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function EditCameraDialog({ camera, open, onOpenChange }: EditCameraDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={`Settings of ${camera.name}`}>
      <EditCameraForm camera={camera} onSaved={() => onOpenChange(false)} />
    </Dialog>
  );
}

// 320..640 in steps of 32
const SIZES = Array.from({ length: 11 }, (_, i) => String(320 + 32 * i));

function EditCameraForm({ camera, onSaved }: { camera: Camera; onSaved: () => void }) {
  // What the camera was when the form opened: it goes on changing underneath.
  const [before] = useState(() => formValues(camera));
  const [values, setValues] = useState(before);
  const update = useUpdateCamera(camera.id);
  const set = (change: Partial<CameraFormValues>) => setValues((current) => ({ ...current, ...change }));
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        const patch = patchOf(before, values);
        if (patch) update.mutate(patch, { onSuccess: onSaved });
        else onSaved();
      }}
    >
      <TextField
        label="Name"
        value={values.name}
        required
        maxLength={100}
        onChange={(event) => set({ name: event.target.value })}
      />
      {camera.kind === 'pull' && (
        <TextField
          label="Address"
          value={values.url}
          required
          spellCheck={false}
          autoCapitalize="none"
          className="font-mono text-[0.8125rem]"
          hint={values.url.includes('***') ? 'Enter user and password again if you change the address.' : undefined}
          onChange={(event) => set({ url: event.target.value })}
        />
      )}
      {camera.kind === 'pull' && takesCredentials(values.url) && (
        <CredentialFields
          user={values.user}
          password={values.password}
          hint="Leave empty to keep those in the address."
          onChange={set}
        />
      )}
      {usesTls(values.url) && (
        <TextField
          label="Accepted certificate"
          value={values.tlsPin}
          placeholder="sha256/…"
          spellCheck={false}
          autoCapitalize="none"
          className="font-mono text-[0.8125rem]"
          hint="The pin of the camera's own certificate. Leave empty to accept only certificates the server trusts."
          onChange={(event) => set({ tlsPin: event.target.value })}
        />
      )}
      {isRecording(values.url.trim()) && (
        <div>
          <Switch label="Play in a loop" checked={values.loop} onCheckedChange={(loop) => set({ loop })} />
        </div>
      )}
      <Switch label="Detect objects" checked={values.detect} onCheckedChange={(detect) => set({ detect })} />
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <TextField
          label="Analysed frames per second"
          hint="At most; fewer under load."
          type="number"
          min={0.1}
          max={60}
          step="any"
          required
          value={values.fps}
          onChange={(event) => set({ fps: event.target.value })}
        />
        <TextField
          label="While nobody watches"
          hint="Frames per second; 0 for none."
          type="number"
          min={0}
          max={60}
          step="any"
          required
          value={values.idleFps}
          onChange={(event) => set({ idleFps: event.target.value })}
        />
        <SelectField
          label="Inference size"
          value={values.inferenceSize}
          hint="Larger finds smaller things and costs more."
          onChange={(event) => set({ inferenceSize: event.target.value })}
        >
          <option value="auto">Adapts to the load</option>
          {SIZES.map((size) => (
            <option key={size}>{size}</option>
          ))}
        </SelectField>
        <ConfidenceField value={values.confidence} onChange={(confidence) => set({ confidence })} />
        <div className="sm:col-span-2">
          <TextField
            label="Look for"
            value={values.classes}
            placeholder="person, car"
            hint="Only these kinds of objects; empty for all."
            onChange={(event) => set({ classes: event.target.value })}
          />
        </div>
      </div>
      {update.isError && <ErrorMessage error={update.error} />}
      <div className="flex justify-end">
        <Button type="submit" variant="primary" disabled={update.isPending}>
          {update.isPending ? 'Saving' : 'Save'}
        </Button>
      </div>
    </form>
  );
}

function ConfidenceField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const steps = Array.from({ length: 19 }, (_, i) => ((i + 1) * 0.05).toFixed(2).replace(/0$/, ''));
  return (
    <SelectField
      label="Minimum confidence"
      value={value}
      hint="Lower finds more, and more that is not there."
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="auto">Adapts to the load</option>
      {[...new Set([...steps, ...(value === 'auto' ? [] : [value])])].sort().map((step) => (
        <option key={step} value={step}>
          {Math.round(Number(step) * 100)} %
        </option>
      ))}
    </SelectField>
  );
}
