import type { Severity, Webhook } from '@lookout/protocol';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { t } from '../../strings/index.js';
import { Button, CopyButton, IconButton } from '../../ui/button.js';
import { Switch } from '../../ui/choice.js';
import { ConfirmDialog, Dialog } from '../../ui/dialog.js';
import { SelectField, TextField } from '../../ui/field.js';
import { ErrorMessage } from '../../ui/message.js';
import { useChangeWebhook, useCreateWebhook, useRemoveWebhook, useTestWebhook, useWebhooks } from '../queries.js';

const words = t.events.warn.programs;

/** Addresses that events are sent to. */
export function WebhooksPanel() {
  const { data: webhooks, error } = useWebhooks(true);
  const [isAdding, setIsAdding] = useState(false);
  return (
    <section className="mt-8 max-w-218">
      <h2 className="text-16 font-strong">{words.title}</h2>
      <p className="mt-0.5 mb-3 text-13 text-muted">{words.text}</p>
      <ErrorMessage error={error} className="mb-3" />
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface shadow-1">
        {webhooks?.map((webhook) => (
          <WebhookRow key={webhook.id} webhook={webhook} />
        ))}
        <li className="p-2">
          <Button variant="ghost" onClick={() => setIsAdding(true)}>
            <Plus size={16} aria-hidden="true" />
            {words.add}
          </Button>
        </li>
      </ul>
      <Dialog open={isAdding} onOpenChange={setIsAdding} title={words.add}>
        <NewWebhookForm onDone={() => setIsAdding(false)} />
      </Dialog>
    </section>
  );
}

function WebhookRow({ webhook }: { webhook: Webhook }) {
  const { id, url, min_severity, enabled, waiting, failed, delivered_at } = webhook;
  const change = useChangeWebhook(id);
  const remove = useRemoveWebhook(id);
  const { mutate: test, isPending, data: result } = useTestWebhook(id);
  return (
    <li className="flex flex-wrap items-center gap-3 p-4">
      <div className="min-w-40 flex-1">
        <p className="font-strong break-all">{url}</p>
        <p className="text-13 text-muted">
          {words.severities[min_severity]}. {words.status(waiting, failed.length, delivered_at)}.
        </p>
        {failed[0] && <p className="text-13 text-bad">{failed[0].error}</p>}
        <div aria-live="polite" className="text-13">
          {result && (
            <p className={result.ok ? 'text-good' : 'text-bad'}>
              {result.ok ? words.worked(result.status) : result.reason}
            </p>
          )}
        </div>
        <ErrorMessage error={change.error} className="mt-2" />
      </div>
      <div className="flex items-center gap-3">
        <Button disabled={isPending} onClick={() => test()}>
          {t.events.warn.test}
        </Button>
        <ConfirmDialog
          trigger={
            <IconButton label={words.remove}>
              <Trash2 size={16} aria-hidden="true" />
            </IconButton>
          }
          title={words.removeTitle}
          description={words.removeText}
          cancel={t.actions.keepIt}
          confirm={words.remove}
          onConfirm={() => remove.mutateAsync()}
        />
        <Switch
          label={words.on(url)}
          isLabelHidden
          checked={enabled}
          onCheckedChange={(on) => change.mutate({ enabled: on })}
        />
      </div>
    </li>
  );
}

function NewWebhookForm({ onDone }: { onDone: () => void }) {
  const [url, setUrl] = useState('');
  const [severity, setSeverity] = useState<Severity>('info');
  const create = useCreateWebhook();
  if (create.data) {
    return (
      <div className="grid gap-4">
        <div>
          <p className="mb-1.5 text-13 font-strong">{words.secret}</p>
          <p className="flex items-center gap-2 rounded-md bg-sunken px-3 font-mono text-13 break-all">
            <span className="min-w-0 flex-1 py-2">{create.data.secret}</span>
            <CopyButton label={words.secret} text={create.data.secret} />
          </p>
        </div>
        <Button variant="primary" onClick={onDone}>
          {t.actions.done}
        </Button>
      </div>
    );
  }
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({ url: url.trim(), min_severity: severity });
      }}
    >
      <TextField literal label={words.url} hint={words.urlHint} type="url" required value={url} onChange={setUrl} />
      <SelectField
        label={words.severity}
        value={severity}
        options={Object.entries(words.severities).map(([value, label]) => ({ value, label }))}
        onChange={(value) => setSeverity(value as Severity)}
      />
      <ErrorMessage error={create.error} />
      <Button type="submit" variant="primary" disabled={create.isPending}>
        {words.save}
      </Button>
    </form>
  );
}
