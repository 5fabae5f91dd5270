import type { RuleEvent } from '@lookout/protocol';
import { X } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { basePath, lookout } from '../../api/client.js';
import { useCameras, useMay } from '../../api/queries.js';
import { useNarrow } from '../../lib/hooks.js';
import { setTitleCount } from '../../lib/title.js';
import { t } from '../../strings/index.js';
import { Button, buttonClasses, IconButton } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { useEventFeed } from '../event-feed.js';
import { EventPicture } from '../event-picture.js';
import { afterChange, type RuleBanner, withNew } from '../model/banners.js';
import { useUnseenCount } from '../queries.js';
import { chime } from './chime.js';
import { useWarnSettings, warnSettings } from './settings.js';

const words = t.events.banner;
const MAX_SHOWN = 2;
const MAX_SHOWN_NARROW = 1;
const SNOOZE_MS = 3_600_000;
const ASPECT = 16 / 10;

/**
 * Warns on every page: a banner for each rule that stays until somebody acts on it, a chime, a notification of the browser, and the number
 * of unseen events in the tab. Banners stand above the page and cover nothing of it.
 */
export function Warnings() {
  const [waiting, setWaiting] = useState<readonly RuleBanner[]>([]);
  const maxShown = useNarrow() ? MAX_SHOWN_NARROW : MAX_SHOWN;
  const navigate = useNavigate();
  const { data: cameras } = useCameras();
  const nameOf = (id: string) => cameras?.find((camera) => camera.id === id)?.name ?? id;
  const room = useBannerRoom();
  useTabCount();
  useEventFeed((change) => {
    if (change.kind !== 'created') return setWaiting((before) => afterChange(before, change));
    const { event } = change;
    if (event.severity === 'info') return;
    const { banner, sound, notification } = warnSettings();
    if (banner) setWaiting((before) => withNew(before, event));
    if (sound) chime(event.severity);
    if (notification) notify(event, nameOf(event.camera), () => void navigate(`/events/${event.id}`));
  });
  const close = (closed: RuleBanner) =>
    setWaiting((before) => before.filter(({ event }) => event.rule_id !== closed.event.rule_id));
  if (waiting.length === 0) return null;
  return (
    <section
      ref={room}
      aria-label={words.label}
      className="sticky top-15 z-20 grid justify-items-center gap-2 bg-ground px-[max(1.5rem,calc((100%-79rem)/2+1.5rem))] pt-3 pb-2 sideways:static phone:static phone:px-4"
    >
      {waiting.slice(0, maxShown).map((banner) => (
        <Banner
          key={banner.event.rule_id}
          {...banner}
          camera={nameOf(banner.event.camera)}
          onClose={() => close(banner)}
        />
      ))}
      {waiting.length > maxShown && (
        <Link
          to="/events?only=unseen"
          className="rounded-full border border-line bg-raised px-4 py-1.5 text-13 font-strong shadow-1"
          onClick={() => setWaiting([])}
        >
          {words.more(waiting.length - maxShown)}
        </Link>
      )}
    </section>
  );
}

interface BannerProps extends RuleBanner {
  camera: string;
  onClose: () => void;
}

export function Banner({ event, count, sinceMs, camera, onClose }: BannerProps) {
  const may = useMay();
  const snooze = () => {
    // A rule that was deleted in the meantime warns no more either.
    void lookout.rules.update(event.rule_id, { snoozed_until: Date.now() + SNOOZE_MS }).catch(() => undefined);
    onClose();
  };
  return (
    <div
      role="alert"
      className={classes(
        'flex w-full items-center gap-4 overflow-hidden rounded-lg border border-l-4 border-line bg-raised p-2.5 shadow-1 phone:flex-wrap phone:gap-3',
        event.severity === 'critical' ? 'border-l-bad' : 'border-l-warn-mark',
      )}
    >
      <EventPicture event={event} aspect={ASPECT} className="w-20 shrink-0" />
      <div className="min-w-0 flex-1">
        <p className="font-strong text-pretty">{event.reason}</p>
        <p className="text-12 text-muted">
          {camera} · {t.events.clock(event.frame_timestamp)}
          {count > 1 && <> · {words.times(count, sinceMs)}</>}
        </p>
      </div>
      <div className="flex items-center gap-2 phone:w-full">
        <Link to={`/events/${event.id}`} className={buttonClasses('primary', 'phone:flex-1')} onClick={onClose}>
          {words.look}
        </Link>
        {may.operate && (
          <Button className="phone:flex-1" onClick={snooze}>
            {words.snooze}
          </Button>
        )}
        <IconButton label={words.close} onClick={onClose}>
          <X size={18} aria-hidden="true" />
        </IconButton>
      </div>
    </div>
  );
}

/** Tells the page how high the banners are, as `--banners`: what stays in place while the page is scrolled stays below them. */
function useBannerRoom() {
  return useCallback((section: HTMLElement | null) => {
    if (!section) return;
    const root = document.documentElement.style;
    const observer = new ResizeObserver(() => root.setProperty('--banners', `${section.offsetHeight}px`));
    observer.observe(section);
    return () => {
      observer.disconnect();
      root.removeProperty('--banners');
    };
  }, []);
}

function useTabCount(): void {
  const [{ count: isCounted }] = useWarnSettings();
  const unseen = useUnseenCount();
  useEffect(() => {
    setTitleCount(isCounted ? unseen : 0);
    return () => setTitleCount(0);
  }, [isCounted, unseen]);
}

/** Shows a notification of the browser, if the user has allowed them. */
export function notify(
  event: Pick<RuleEvent, 'id' | 'reason' | 'snapshot_url'>,
  camera: string,
  onLook: () => void,
): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  try {
    const options: NotificationOptions = { body: event.reason, tag: event.id };
    if (event.snapshot_url !== null) options.icon = basePath + event.snapshot_url;
    const notification = new Notification(camera, options);
    notification.onclick = () => {
      window.focus();
      notification.close();
      onLook();
    };
  } catch {
    // Phones show notifications only from a service worker, which pages without a push service have no use for.
  }
}
