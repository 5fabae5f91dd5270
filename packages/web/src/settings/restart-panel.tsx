import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { lookout } from '../api/client.js';
import { useSystemInfo } from '../api/queries.js';
import { settingsWords } from '../strings/settings.js';
import { Button } from '../ui/button.js';
import { ConfirmDialog } from '../ui/dialog.js';
import { ErrorMessage, Prose } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { useRestart } from './restart.js';

const words = settingsWords.restart;

/** Restarts the server, if something brings it back. */
export function RestartPanel() {
  const { data: info } = useSystemInfo();
  const restart = useRestart(() => lookout.system.restart());
  const [isAsking, setAsking] = useState(false);
  return (
    <Panel title={words.title}>
      <p className="text-pretty text-muted">
        <Prose text={info?.can_restart === false ? words.elsewhere : words.about} />
      </p>
      {info?.can_restart && (
        <Button className="mt-3" aria-disabled={restart.isPending} onClick={() => restart.isPending || setAsking(true)}>
          <RotateCcw size={15} aria-hidden="true" />
          {words.button}
        </Button>
      )}
      <p role="status" className="mt-2">
        {restart.isPending ? words.running : restart.isSuccess ? words.done : ''}
      </p>
      <ErrorMessage error={restart.error} className="mt-2" />
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setAsking}
        title={words.confirmTitle}
        description={words.confirmText}
        cancel={words.cancel}
        confirm={words.confirm}
        onConfirm={async () => restart.mutate()}
      />
    </Panel>
  );
}
