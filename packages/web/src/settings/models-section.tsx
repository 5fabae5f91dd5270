import { useMay, useModels, useSystemInfo } from '../api/queries.js';
import { settingsWords as words } from '../strings/settings.js';
import { ErrorMessage } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { DeviceNote, ModelList } from './model-list.js';

/** The models of this server, and what runs them. */
export function ModelsSection() {
  const may = useMay();
  const models = useModels();
  const info = useSystemInfo();
  return (
    <>
      <ErrorMessage error={models.error} />
      <Panel title={words.models.title}>
        <ModelList models={models.data ?? []} changeable={may.manage} />
        {info.data && <DeviceNote device={info.data.device} />}
      </Panel>
    </>
  );
}
