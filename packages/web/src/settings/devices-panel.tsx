import type { SignedInDevice } from '@lookout/protocol';
import { lookout } from '../api/client.js';
import { useSession } from '../api/queries.js';
import { useNow } from '../lib/hooks.js';
import { timeInWords } from '../lib/when.js';
import { settingsWords } from '../strings/settings.js';
import { Badge } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { useAccountChange, useDevices } from './queries.js';

const words = settingsWords.people.sessions;
const CLOCK_MS = 60_000;

/** The browsers that are signed in, to be signed out. */
export function DevicesPanel({ whose }: { whose: 'own' | 'all' }) {
  const { data: session } = useSession();
  const { data, error } = useDevices();
  const end = useAccountChange((id: string) => lookout.session.end(id));
  const now = useNow(CLOCK_MS);
  const current = data?.find((device) => device.current);
  const isOwn = ({ user, key }: SignedInDevice) =>
    user ? user.id === session?.user?.id : key !== undefined && key.id === current?.key?.id;
  const shown = whose === 'all' ? data : data?.filter(isOwn);
  return (
    <Panel title={words.title}>
      <ErrorMessage error={error ?? end.error} />
      {shown?.length === 0 && <p className="text-muted">{words.none}</p>}
      <ul className="divide-y divide-line" aria-label={words.title}>
        {shown?.map(({ id, user, key, browser, system, last_seen_at, current: isHere }) => {
          const name = browser && system ? words.device(browser, system) : browser || system || words.unknownDevice;
          return (
            <li key={id} aria-label={name} className="flex items-center justify-between gap-4 py-2.5 first:pt-0">
              <div className="min-w-0">
                <p className="flex flex-wrap items-center gap-2 font-medium [overflow-wrap:anywhere]">
                  {name}
                  {isHere && <Badge tone="good" label={words.here} announce={false} />}
                </p>
                <p className="text-muted">
                  {whose === 'all' && words.of(user?.display_name ?? key?.name ?? '')}
                  {words.seen(timeInWords(last_seen_at, now))}
                </p>
              </div>
              {!isHere && (
                <Button aria-label={words.endDevice(name)} disabled={end.isPending} onClick={() => end.mutate(id)}>
                  {words.end}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
