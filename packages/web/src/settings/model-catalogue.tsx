import type { CatalogueModel } from '@lookout/protocol';
import { Download, X } from 'lucide-react';
import { settingsWords } from '../strings/settings.js';
import { Button } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { isDownloading, useCatalogue, useDownload } from './queries.js';

const words = settingsWords.catalogue;

/** The models that are not on this machine yet. */
export function ModelCatalogue() {
  const { data: models = [], error, isSuccess } = useCatalogue();
  const download = useDownload();
  const absent = models.filter(({ state }) => state !== 'here');
  return (
    <Panel title={words.title}>
      <p className="text-muted">{isSuccess && absent.length === 0 ? words.none : words.about}</p>
      <ErrorMessage error={error ?? download.error} className="mt-2" />
      <ul className="divide-y divide-line" aria-label={words.title}>
        {absent.map((model) => (
          <li
            key={model.name}
            aria-label={model.name}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3 last:pb-0"
          >
            <div className="min-w-0">
              <p className="font-medium">{model.name}</p>
              <p className="text-pretty">{settingsWords.models.plain[model.name] ?? model.description}</p>
              <p className="figures text-muted">
                {settingsWords.models.size(model.bytes)}, {model.licence}, {words.facts(model.input, model.from)}
              </p>
              {model.error && <p className="text-warn">{words.failed(model.error)}</p>}
            </div>
            <DownloadButton model={model} onPress={(stop) => download.mutate({ name: model.name, stop })} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

interface DownloadButtonProps {
  model: CatalogueModel;
  onPress: (stop: boolean) => void;
}

function DownloadButton({ model, onPress }: DownloadButtonProps) {
  const { name, bytes, state, received_bytes: received = 0 } = model;
  const size = settingsWords.models.size(bytes);
  const hasFailed = state === 'failed';
  if (!isDownloading(model))
    return (
      <Button
        aria-label={(hasFailed ? words.againModel : words.downloadModel)(name, size)}
        onClick={() => onPress(false)}
      >
        <Download size={15} aria-hidden="true" />
        {hasFailed ? words.again : words.download}
      </Button>
    );
  return (
    <div className="flex items-center gap-3 phone:w-full">
      <div className="min-w-0 flex-1">
        <progress
          aria-label={words.progress(name)}
          max={bytes}
          value={received}
          className="block h-1.5 w-40 overflow-hidden rounded-full accent-accent phone:w-full"
        />
        <p className="figures mt-1 text-13 text-muted">
          {state === 'waiting' ? words.waiting : words.received(Math.floor((100 * received) / bytes), size)}
        </p>
      </div>
      <Button aria-label={words.stopModel(name)} onClick={() => onPress(true)}>
        <X size={15} aria-hidden="true" />
        {words.stop}
      </Button>
    </div>
  );
}
