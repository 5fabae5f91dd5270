import type { Camera } from '@lookout/protocol';
import { Trash2 } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import { useMay, useModels, useRemoveCamera, useUpdateCamera } from '../../api/queries.js';
import { CameraSettings } from '../../camera/camera-settings.js';
import { t } from '../../strings/index.js';
import { Button } from '../../ui/button.js';
import { Switch } from '../../ui/choice.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { ErrorMessage } from '../../ui/message.js';
import { Panel } from '../../ui/panel.js';
import { ASIDE_LINK } from './aside-link.js';

const words = t.cameraPage.settings;

/** Whether a camera is on, how it is opened and looked at, and its end. */
export function SettingsTab({ camera }: { camera: Camera }) {
  const may = useMay();
  const { origin } = camera;
  if (origin !== 'api')
    return (
      <div className="flat-panels">
        <Panel title={words.origins[origin]}>
          <p className="text-muted">{origin === 'demo' ? words.demo : words.fixed}</p>
        </Panel>
        <ModelPanel />
      </div>
    );
  if (!may.operate) return null;
  return (
    <div className="flat-panels">
      <StatePanel camera={camera} />
      <ModelPanel />
      <Panel title={words.title}>
        <CameraSettings camera={camera} />
      </Panel>
      {may.manage && <RemovePanel camera={camera} />}
    </div>
  );
}

function StatePanel({ camera }: { camera: Camera }) {
  const update = useUpdateCamera(camera.id);
  return (
    <Panel title={words.state}>
      <Switch
        label={words.on}
        checked={camera.enabled}
        disabled={update.isPending}
        onCheckedChange={(enabled) => update.mutate({ enabled })}
      />
      <ErrorMessage error={update.error} className="mt-2" />
    </Panel>
  );
}

/** Which model looks at the pictures; it is the same for all cameras. */
function ModelPanel() {
  const model = useModels().data?.find((each) => each.default);
  if (!model) return null;
  return (
    <Panel
      title={words.model}
      aside={
        <Link to="/settings/models" className={ASIDE_LINK}>
          {words.models}
        </Link>
      }
    >
      <p className="text-muted">{words.looks(model.name)}</p>
    </Panel>
  );
}

function RemovePanel({ camera }: { camera: Camera }) {
  const remove = useRemoveCamera(camera.id);
  const navigate = useNavigate();
  return (
    <Panel title={words.remove}>
      <p className="mb-3 text-muted">{words.removeText}</p>
      <ConfirmDialog
        trigger={
          <Button variant="danger">
            <Trash2 size={15} aria-hidden="true" />
            {t.cameras.remove.button}
          </Button>
        }
        title={t.cameras.remove.title(camera.name)}
        description={t.cameras.remove.text}
        cancel={t.actions.keepIt}
        confirm={t.cameras.remove.confirm}
        onConfirm={() => remove.mutateAsync().then(() => navigate('/'))}
      />
    </Panel>
  );
}
