import type { AuditEntry } from '@lookout/protocol';
import { useInfiniteQuery } from '@tanstack/react-query';
import { lookout } from '../api/client.js';
import { useNow } from '../lib/hooks.js';
import { timeInWords } from '../lib/when.js';
import { useRules } from '../rules/queries.js';
import { settingsWords } from '../strings/settings.js';
import { Badge } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';
import { Panel } from '../ui/panel.js';

const words = settingsWords.people.audit;
/** A newer server may know more. */
const ACTIONS: Readonly<Record<string, string>> = words.actions;
const CLOCK_MS = 60_000;
const PAGE_SIZE = 20;

/** Who did what, newest first. */
export function AuditPanel() {
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ pageParam, signal }) =>
      lookout.audit({ limit: PAGE_SIZE, signal, ...(pageParam !== undefined && { cursor: pageParam }) }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
  const entries = data?.pages.flatMap((page) => page.entries);
  return (
    <Panel title={words.title}>
      <ErrorMessage error={error} />
      {entries?.length === 0 && <p className="text-muted">{words.none}</p>}
      <ul className="divide-y divide-line" aria-label={words.title}>
        {entries?.map((entry) => (
          <AuditRow key={entry.id} entry={entry} />
        ))}
      </ul>
      {hasNextPage && (
        <Button className="mt-3 w-full" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </Panel>
  );
}

function AuditRow({ entry: { at, actor, action, target, fields, address, refused } }: { entry: AuditEntry }) {
  const now = useNow(CLOCK_MS);
  const { data: rules = [] } = useRules();
  const about = target?.name ?? rules.find(({ id }) => id === target?.id)?.summary ?? target?.id;
  const details = [whose(actor), timeInWords(at, now), address, fields?.join(', ')];
  return (
    <li className="py-2.5 first:pt-0">
      <p className="flex flex-wrap items-center gap-2 font-medium [overflow-wrap:anywhere]">
        {ACTIONS[action] ?? action}
        {about !== undefined && <span className="font-normal">{about}</span>}
        {refused && <Badge tone="warn" label={words.refused} announce={false} />}
      </p>
      <p className="text-13 text-muted [overflow-wrap:anywhere]">{details.filter(Boolean).join(' · ')}</p>
    </li>
  );
}

function whose({ kind, name = '' }: AuditEntry['actor']): string {
  if (kind === 'user') return name;
  return kind === 'key' ? words.key(name) : words[kind];
}
