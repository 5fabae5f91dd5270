import type { RestorePlan, StoredCounts } from '@lookout/protocol';
import { useMutation } from '@tanstack/react-query';
import { Download, Upload } from 'lucide-react';
import { useRef } from 'react';
import { basePath, lookout } from '../api/client.js';
import { t } from '../strings/index.js';
import { settingsWords } from '../strings/settings.js';
import { Button, buttonClasses } from '../ui/button.js';
import { ConfirmDialog } from '../ui/dialog.js';
import { ErrorMessage, Prose, Warning } from '../ui/message.js';
import { Facts, Panel } from '../ui/panel.js';
import { useNodes } from './queries.js';
import { useRestart } from './restart.js';

const words = settingsWords.backup;

/** A backup to download, and the way back from one. */
export function BackupSection() {
  const { data: nodes } = useNodes();
  if (nodes?.length) {
    return (
      <Panel title={words.make.title}>
        <p className="text-pretty text-muted">{words.shared}</p>
      </Panel>
    );
  }
  return (
    <>
      <Panel title={words.make.title}>
        <p className="mb-3 text-pretty text-muted">{words.make.about}</p>
        <a href={`${basePath}/api/backup`} download className={buttonClasses('primary')}>
          <Download size={15} aria-hidden="true" />
          {words.make.button}
        </a>
        <p className="mt-3 text-13 text-pretty text-muted">{words.make.secrets}</p>
      </Panel>
      <RestorePanel />
    </>
  );
}

function RestorePanel() {
  const input = useRef<HTMLInputElement>(null);
  const upload = useMutation({ mutationFn: (file: File) => lookout.backups.upload(file) });
  const plan = upload.data;
  const discard = useMutation({
    mutationFn: (id: string) => lookout.backups.discard(id),
    onSettled: () => upload.reset(),
  });
  const restore = useRestart(() => (plan ? lookout.backups.restore(plan.id) : Promise.resolve()));
  return (
    <Panel title={words.restore.title}>
      <p className="mb-3 text-pretty text-muted">{words.restore.about}</p>
      <input
        ref={input}
        type="file"
        accept=".backup"
        aria-label={words.restore.file}
        className="sr-only"
        tabIndex={-1}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          // The same file can be chosen again.
          currentTarget.value = '';
          if (file) upload.mutate(file);
        }}
      />
      {!plan && (
        <Button aria-disabled={upload.isPending} onClick={() => upload.isPending || input.current?.click()}>
          <Upload size={15} aria-hidden="true" />
          {upload.isPending ? words.restore.checking : words.restore.choose}
        </Button>
      )}
      <ErrorMessage error={upload.error ?? discard.error ?? restore.error} className="mt-3" />
      {plan && !restore.isPending && !restore.isSuccess && (
        <Plan plan={plan} onDiscard={() => discard.mutate(plan.id)} onRestore={async () => restore.mutate()} />
      )}
      <p role="status" className="mt-2">
        {restore.isPending ? settingsWords.restart.running : restore.isSuccess ? words.restore.done : ''}
      </p>
    </Panel>
  );
}

interface PlanProps {
  plan: RestorePlan;
  onDiscard: () => void;
  onRestore: () => Promise<unknown>;
}

/** What the backup has, and what is here now. */
function Plan({ plan, onDiscard, onRestore }: PlanProps) {
  const { made_at, version, contains, replaces, missing_models: missing } = plan;
  const made = new Intl.DateTimeFormat(t.locale, { dateStyle: 'long', timeStyle: 'short' }).format(made_at);
  return (
    <div className="space-y-3">
      <p>{words.restore.of(made, version)}</p>
      <Facts
        items={(Object.keys(words.counts) as Array<keyof StoredCounts>).map((key) => ({
          name: words.counts[key],
          value: words.restore.instead(contains[key], replaces[key]),
        }))}
      />
      {missing.length > 0 && <Warning>{words.restore.missing(missing.join(', '))}</Warning>}
      <p className="text-pretty text-muted">
        <Prose text={words.restore.keys} />
      </p>
      <div className="flex flex-wrap gap-2">
        <ConfirmDialog
          trigger={<Button variant="primary">{words.restore.button}</Button>}
          title={words.restore.confirmTitle}
          description={words.restore.confirmText}
          cancel={words.restore.cancel}
          confirm={words.restore.confirm}
          onConfirm={onRestore}
        />
        <Button onClick={onDiscard}>{words.restore.cancel}</Button>
      </div>
    </div>
  );
}
