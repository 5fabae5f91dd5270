import type { UpdateState } from '@lookout/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lookout } from '../api/client.js';
import { timeInWords } from '../lib/when.js';
import { settingsWords } from '../strings/settings.js';
import { Button } from '../ui/button.js';
import { Switch } from '../ui/choice.js';
import { ErrorMessage, Prose } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { FixedNote } from './fixed-note.js';
import { useChangeSettings, useSettings } from './queries.js';

const words = settingsWords.update;
const UPDATE = ['update'] as const;

/** Whether there is a newer version. Nothing is asked before somebody presses or turns something on here. */
export function UpdatePanel() {
  const queryClient = useQueryClient();
  const { data: update } = useQuery({ queryKey: UPDATE, queryFn: ({ signal }) => lookout.system.update({ signal }) });
  const { data: settings } = useSettings();
  const daily = settings?.find(({ key }) => key === 'updates.daily');
  const change = useChangeSettings();
  const check = useMutation({
    mutationFn: () => lookout.system.checkUpdate(),
    onSuccess: (state) => queryClient.setQueryData(UPDATE, state),
  });
  if (!update) return null;
  return (
    <Panel title={words.title}>
      <p className="text-pretty text-muted">
        <Prose text={update.from === undefined ? words.noAddress : words.about(update.from)} />
      </p>
      {update.from !== undefined && (
        <div className="mt-3 flex flex-wrap items-center gap-x-5 gap-y-2">
          <Button aria-disabled={check.isPending} onClick={() => check.isPending || check.mutate()}>
            {check.isPending ? words.checking : words.check}
          </Button>
          {daily && (
            <Switch
              label={words.daily}
              checked={daily.value === true}
              disabled={!daily.changeable || change.isPending}
              onCheckedChange={(on) => change.mutate({ updates: { daily: on } })}
            />
          )}
        </div>
      )}
      {daily && !daily.changeable && (
        <p className="mt-2 text-13 text-muted">
          <FixedNote origin={daily.origin} />
        </p>
      )}
      <p role="status" className="mt-2">
        {stateInWords(update)}
      </p>
      <ErrorMessage error={check.error ?? change.error} className="mt-2" />
    </Panel>
  );
}

function stateInWords({ latest, newer, checked_at: at, error }: UpdateState): string {
  if (at === undefined) return '';
  const when = timeInWords(at, Date.now());
  if (error !== undefined) return words.failed(error, when);
  return newer ? words.newer(latest ?? '') : words.newest(when);
}
