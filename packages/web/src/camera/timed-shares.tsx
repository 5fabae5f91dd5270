import type { Share } from '@lookout/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Eye, Link2 } from 'lucide-react';
import { useState } from 'react';
import { CAMERAS } from '../api/camera-cache.js';
import { lookout } from '../api/client.js';
import { useNow } from '../lib/hooks.js';
import { sinceInWords, timeInWords } from '../lib/when.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { Segmented } from '../ui/choice.js';
import { ConfirmDialog } from '../ui/dialog.js';
import { ErrorMessage } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { PhoneHint, ShareLink, useShareOrigin } from './share-link.js';

const words = t.cameras.share.timed;
const TIMES = [
  { value: 'hour', label: words.times.hour, seconds: 3600 },
  { value: 'day', label: words.times.day, seconds: 86_400 },
  { value: 'week', label: words.times.week, seconds: 604_800 },
  { value: 'endless', label: words.times.endless, seconds: null },
] as const;
type Time = (typeof TIMES)[number]['value'];
/** Who watches changes without a word. */
const REFRESH_MS = 2000;
const CLOCK_MS = 10_000;

/** Links to a camera that end by themselves, with who watches by them. */
export function TimedShares({ cameraId }: { cameraId: string }) {
  const queryClient = useQueryClient();
  const queryKey = [...CAMERAS, cameraId, 'shares'];
  const { data: shares = [], error } = useQuery({
    queryKey,
    queryFn: ({ signal }) => lookout.cameras.shares(cameraId, { signal }),
    refetchInterval: REFRESH_MS,
  });
  const changed = () => queryClient.invalidateQueries({ queryKey });
  const [time, setTime] = useState<Time>('hour');
  const make = useMutation({
    mutationFn: () => {
      const seconds = TIMES.find(({ value }) => value === time)?.seconds ?? null;
      return lookout.cameras.share(cameraId, { expires_in_s: seconds });
    },
    onSuccess: changed,
  });
  const end = useMutation({
    mutationFn: (id: string) => lookout.cameras.endShare(cameraId, id),
    onSettled: changed,
  });
  const { obstacle } = useShareOrigin();
  return (
    <Panel title={words.title}>
      <p className="text-muted">{words.text}</p>
      {obstacle === 'this-machine' && (
        <div className="mt-3">
          <PhoneHint obstacle={obstacle} />
        </div>
      )}
      <div className="mt-3 flex flex-wrap items-center gap-2.5">
        <Segmented label={words.forHow} value={time} options={TIMES} onChange={setTime} />
        <Button variant="primary" aria-disabled={make.isPending} onClick={() => !make.isPending && make.mutate()}>
          <Link2 size={16} aria-hidden="true" />
          {make.isPending ? words.making : words.make}
        </Button>
      </div>
      <ErrorMessage error={make.error ?? error} className="mt-3" />
      <p role="status" className="sr-only">
        {end.isSuccess && end.submittedAt > make.submittedAt ? words.ended : make.isSuccess && words.isMade}
      </p>
      {shares.length > 0 && (
        <ul aria-label={words.list} className="mt-4 divide-y divide-line border-t border-line">
          {[...shares].reverse().map((share) => (
            <li
              key={share.id}
              ref={share.id === make.data?.id ? bringIntoView : undefined}
              className="scroll-my-20 py-3.5 last:pb-0"
            >
              <TimedShare share={share} isNew={share.id === make.data?.id} onEnd={() => end.mutateAsync(share.id)} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** What was made may stand below the window. */
const bringIntoView = (made: HTMLElement | null) => made?.scrollIntoView({ block: 'nearest' });

interface TimedShareProps {
  share: Share;
  /** Made just now: its code is shown. */
  isNew: boolean;
  onEnd: () => Promise<void>;
}

function TimedShare({ share, isNew, onEnd }: TimedShareProps) {
  const { view_token, created_at, expires_at } = share;
  const { origin } = useShareOrigin();
  const url = `${origin}/view/${view_token}`;
  const nowMs = useNow(CLOCK_MS);
  const label = expires_at === null ? words.endless : words.link(timeInWords(expires_at, nowMs));
  return (
    <>
      <ShareLink label={label} note={words.made(timeInWords(created_at, nowMs))} url={url} open={isNew} />
      <div className="mt-1.5 flex items-start justify-between gap-3">
        <p className="flex min-w-0 items-start gap-2 py-1.5 text-13 text-muted">
          <Eye size={15} aria-hidden="true" className="mt-px shrink-0" />
          <span className="min-w-0 break-words">{watchersInWords(share, nowMs)}</span>
        </p>
        <div className="flex shrink-0 gap-2">
          {/* Phones offer their messengers; browsers have it on HTTPS pages. Whoever chooses none has changed their mind. */}
          {navigator.share !== undefined && (
            <Button size="compact" onClick={() => void navigator.share({ url }).catch(() => undefined)}>
              {words.send}
            </Button>
          )}
          <ConfirmDialog
            trigger={
              <Button variant="danger" size="compact" aria-label={words.endLabel(label)}>
                {words.end}
              </Button>
            }
            title={words.endTitle}
            description={words.endText}
            cancel={t.actions.keepIt}
            confirm={words.end}
            onConfirm={onEnd}
          />
        </div>
      </div>
    </>
  );
}

const NAMED = 3;

/** `2 watch now: since 21:40 over IPv4, since 21:52 over IPv6` */
function watchersInWords({ watching, watchers }: Share, nowMs: number): string {
  if (watching === 0) return words.nobody;
  const named = watchers
    .slice(0, NAMED)
    .map(({ since, address_family }) => words.watcher(sinceInWords(since, nowMs), words.families[address_family]));
  if (watching > named.length) named.push(words.more(watching - named.length));
  return `${words.watching(watching)}: ${named.join(', ')}`;
}
