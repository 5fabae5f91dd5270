import type { RuleEvent } from '@lookout/protocol';
import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { basePath, lookout } from '../../api/client.js';
import { useCameras, useMay } from '../../api/queries.js';
import { setTitleCount } from '../../lib/title.js';
import { t } from '../../strings/index.js';
import { Button, buttonClasses, IconButton } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { useEventFeed } from '../event-feed.js';
import { EventPicture } from '../event-picture.js';
import { afterChange, type RuleBanner, withNew, withoutRules } from '../model/banners.js';
import { useUnseenCount } from '../queries.js';
import { chime } from './chime.js';
import { useWarnSettings, warnSettings } from './settings.js';

const words = t.events.banner;
/** More would cover what people came to see. */
const MAX_SHOWN = 1;
const SNOOZE_MS = 3_600_000;
const ASPECT = 16 / 10;

/**
 * Warns on every page: a banner for each rule that stays until somebody acts on it, a chime, a notification of the browser, and the number
 * of unseen events in the tab. Banners lie over a corner, so that nothing moves under the mouse; on phones they have room above the page.
 * @param belowBar whether the top bar stays above them on phones
 */
export function Warnings({ belowBar }: { belowBar: boolean }) {
  const [waiting, setWaiting] = useState<readonly RuleBanner[]>([]);
  /** Ids of events that were told while the database was away. */
  const unconfirmed = useRef(new Set<string>());
  const navigate = useNavigate();
  const { data: cameras } = useCameras();
  const nameOf = (id: string) => cameras?.find((camera) => camera.id === id)?.name ?? id;
  const { pathname } = useLocation();
  useTabCount();
  useEventFeed((change) => {
    // One that could not be stored at first is told twice.
    if (change.kind !== 'created' || unconfirmed.current.delete(change.event.id)) {
      return setWaiting((before) => afterChange(before, change));
    }
    const { event } = change;
    if (event.unconfirmed) unconfirmed.current.add(event.id);
    if (event.severity === 'info') return;
    const { banner, sound, notification } = warnSettings();
    if (banner) setWaiting((before) => withNew(before, event));
    if (sound) chime(event.severity);
    if (notification) notify(event, nameOf(event.camera), () => void navigate(`/events/${event.id}`));
  });
  const close = (closed: readonly RuleBanner[]) =>
    setWaiting((before) =>
      withoutRules(
        before,
        closed.map(({ event }) => event.rule_id),
      ),
    );
  const shown = waiting.filter(({ event, isClosed }) => !isClosed && pathname !== `/events/${event.id}`);
  if (shown.length === 0) return null;
  return (
    <section
      aria-label={words.label}
      className={classes(
        'fixed bottom-4 left-4 z-40 grid w-112 justify-items-start gap-2 sideways:sticky sideways:inset-auto sideways:top-0 sideways:w-auto phone:sticky phone:inset-auto phone:w-auto phone:justify-items-center phone:bg-ground phone:px-4 phone:pt-3 phone:pb-2',
        belowBar ? 'phone:top-14' : 'phone:top-0',
      )}
    >
      {shown.slice(0, MAX_SHOWN).map((banner) => (
        <Banner
          key={banner.event.rule_id}
          {...banner}
          camera={nameOf(banner.event.camera)}
          onClose={() => close([banner])}
        />
      ))}
      {shown.length > MAX_SHOWN && (
        <Link
          to="/events?only=unseen"
          className="rounded-full border border-line bg-raised px-4 py-1.5 text-13 font-strong shadow-1"
          onClick={() => close(shown)}
        >
          {words.more(shown.length - MAX_SHOWN)}
        </Link>
      )}
    </section>
  );
}

interface BannerProps extends Omit<RuleBanner, 'isClosed'> {
  camera: string;
  onClose: () => void;
}

export function Banner({ event, count, sinceMs, camera, onClose }: BannerProps) {
  const may = useMay();
  // Said once: what changes while it is shown would interrupt again and again.
  const [said] = useState(event.reason);
  const snooze = () => {
    // A rule that was deleted in the meantime warns no more either.
    void lookout.rules.update(event.rule_id, { snoozed_until: Date.now() + SNOOZE_MS }).catch(() => undefined);
    onClose();
  };
  return (
    <div
      className={classes(
        'flex w-full flex-wrap items-center gap-3 overflow-hidden rounded-lg border border-l-4 border-line bg-raised p-2.5 shadow-2',
        event.severity === 'critical' ? 'border-l-bad' : 'border-l-warn-mark',
      )}
    >
      <p role="alert" className="sr-only">
        {said}
      </p>
      <EventPicture event={event} aspect={ASPECT} className="w-20 shrink-0" />
      <div className="min-w-0 flex-1">
        <p className="font-strong text-pretty">{event.reason}</p>
        <p className="text-12 text-muted">
          {camera} · {t.events.clock(event.frame_timestamp)}
          {event.unconfirmed && <> · {t.events.card.unconfirmed}</>}
          {count > 1 && <> · {words.times(count, sinceMs)}</>}
        </p>
      </div>
      <div className="flex w-full items-center gap-2">
        <Link
          to={`/events/${event.id}`}
          aria-label={words.about(words.look, event.reason)}
          className={buttonClasses('primary', 'flex-1')}
          onClick={onClose}
        >
          {words.look}
        </Link>
        {may.operate && (
          <Button aria-label={words.about(words.snooze, event.reason)} className="flex-1" onClick={snooze}>
            {words.snooze}
          </Button>
        )}
        <IconButton label={words.about(words.close, event.reason)} onClick={onClose}>
          <X size={18} aria-hidden="true" />
        </IconButton>
      </div>
    </div>
  );
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
