import { Undo2 } from 'lucide-react';
import { useMay, useModels, useSystemInfo } from '../api/queries.js';
import { settingsWords } from '../strings/settings.js';
import { Button } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { DevicePanel } from './device-panel.js';
import { ModelCatalogue } from './model-catalogue.js';
import { ModelList } from './model-list.js';
import { useRollBack } from './queries.js';
import { ServersPanel } from './servers-panel.js';
import { TaskModels } from './task-models.js';

const words = settingsWords.models;

/** The models of this server by task, those that can be downloaded, and what runs them. */
export function ModelsSection() {
  const may = useMay();
  const { data: models = [], error, isPending } = useModels();
  const info = useSystemInfo();
  const detectors = models.filter(({ task }) => task === 'detect');
  const previous = models.find((model) => model.previous);
  // All at once, so that nothing moves when the rest arrives.
  if (isPending || info.isPending) return null;
  return (
    <>
      <ErrorMessage error={error} />
      <Panel title={settingsWords.purposes.detect.title}>
        <p className="mb-3 text-pretty text-muted">{settingsWords.purposes.detect.about}</p>
        <ModelList models={detectors} label={words.title} changeable={may.manage} />
        {previous && may.manage && <RollBack name={previous.name} />}
        {may.manage && <ModelCatalogue task="detect" />}
      </Panel>
      {may.manage && <ServersPanel />}
      {info.data && <DevicePanel info={info.data} />}
      <TaskModels models={models} changeable={may.manage} />
    </>
  );
}

function RollBack({ name }: { name: string }) {
  const rollBack = useRollBack();
  return (
    <div className="border-t border-line pt-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="text-muted">{words.before(name)}</p>
        <Button aria-disabled={rollBack.isPending} onClick={() => rollBack.isPending || rollBack.mutate()}>
          <Undo2 size={15} aria-hidden="true" />
          {words.rollBack(name)}
        </Button>
      </div>
      <ErrorMessage error={rollBack.error} className="mt-2" />
    </div>
  );
}
