import type { CatalogueModel, ModelTask } from '@lookout/protocol';
import { Download, X } from 'lucide-react';
import { formatMs } from '../lib/format.js';
import { settingsWords } from '../strings/settings.js';
import { Button } from '../ui/button.js';
import { ConfirmDialog } from '../ui/dialog.js';
import { ErrorMessage } from '../ui/message.js';
import { isDownloading, useCatalogue, useDownload } from './queries.js';

const words = settingsWords.catalogue;

/** The models for a task that are not installed yet. */
export function ModelCatalogue({ task }: { task: ModelTask }) {
  const { data: models = [], error } = useCatalogue();
  const download = useDownload();
  const absent = models.filter((model) => model.task === task && model.state !== 'here');
  if (absent.length === 0) return <ErrorMessage error={error} />;
  return (
    <>
      <h3 className="mt-4 font-medium">{words.title}</h3>
      {task === 'detect' && <p className="text-pretty text-muted">{words.about}</p>}
      <ErrorMessage error={error ?? download.error} className="mt-2" />
      <ul className="divide-y divide-line" aria-label={words.title}>
        {absent.map((model) => (
          <li
            key={model.name}
            aria-label={model.name}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3 last:pb-0"
          >
            <Facts model={model} />
            <DownloadButton
              model={model}
              onPress={(stop, acceptLicence) => download.mutateAsync({ name: model.name, stop, acceptLicence })}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

function Facts({ model }: { model: CatalogueModel }) {
  const { name, description, bytes, licence, restriction, input, from, memory_mb, expected, verified, error } = model;
  return (
    <div className="min-w-0 flex-1 basis-72">
      <p className="font-medium">{name}</p>
      <p className="text-pretty">{settingsWords.models.plain[name] ?? description}</p>
      <p className="figures text-muted">
        {settingsWords.models.size(bytes)}, {licence}, {words.facts(input, from)}
      </p>
      <p className="figures text-pretty text-muted">{words.expected[expected.per](memory_mb, formatMs(expected.ms))}</p>
      {!verified && <p className="text-muted">{words.untried}</p>}
      {restriction && <p className="text-pretty text-warn">{words.restricted}</p>}
      {error && <p className="text-warn">{words.failed(error)}</p>}
    </div>
  );
}

interface DownloadButtonProps {
  model: CatalogueModel;
  onPress: (stop: boolean, acceptLicence?: boolean) => Promise<unknown>;
}

function DownloadButton({ model, onPress }: DownloadButtonProps) {
  const { name, bytes, state, received_bytes: received = 0, licence, use, restriction } = model;
  const size = settingsWords.models.size(bytes);
  const hasFailed = state === 'failed';
  // The list shows the error.
  const press = (stop: boolean) => void onPress(stop).catch(() => undefined);
  if (!isDownloading(model)) {
    const label = (hasFailed ? words.againModel : words.downloadModel)(name, size);
    const face = (
      <>
        <Download size={15} aria-hidden="true" />
        {hasFailed ? words.again : words.download}
      </>
    );
    if (restriction === undefined || use === 'any') {
      return (
        <Button aria-label={label} onClick={() => press(false)}>
          {face}
        </Button>
      );
    }
    return (
      <ConfirmDialog
        trigger={<Button aria-label={label}>{face}</Button>}
        title={words.licenceTitle(name)}
        description={words.licence(licence, words.restrictions[use])}
        cancel={words.cancel}
        confirm={words.accept}
        onConfirm={() => onPress(false, true)}
      />
    );
  }
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
      <Button aria-label={words.stopModel(name)} onClick={() => press(true)}>
        <X size={15} aria-hidden="true" />
        {words.stop}
      </Button>
    </div>
  );
}
