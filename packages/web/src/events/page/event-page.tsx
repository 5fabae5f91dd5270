import type { Camera, RuleEvent } from '@lookout/protocol';
import { ChevronDown, ChevronLeft, ChevronRight, ChevronUp, Download, ListChecks, Pin, Trash2 } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Link, useLocation, useNavigate, useParams } from 'react-router';
import { basePath } from '../../api/client.js';
import { useCameras, useMay } from '../../api/queries.js';
import { summariseClasses } from '../../lib/format.js';
import { useTitle } from '../../lib/hooks.js';
import { UntestedDetails } from '../../phrases/index.js';
import { useRule } from '../../rules/queries.js';
import { VerificationDetails } from '../../second-look/index.js';
import { t } from '../../strings/index.js';
import { Button, buttonClasses } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { ErrorMessage } from '../../ui/message.js';
import { IN_BAR } from '../../ui/page-head.js';
import { usePictureTrouble } from '../picture-trouble.js';
import { useChangeEvent, useEvent, useEvents, useRemoveEvent } from '../queries.js';
import { VerdictPanel } from './verdict-panel.js';

const words = t.events.one;
const NO_CAMERAS: Camera[] = [];

/** One event: its picture and clip, why it is one, and what the user makes of it. */
export default function EventPage() {
  const { id = '' } = useParams();
  const { data: event, error } = useEvent(id);
  useTitle(event?.reason ?? t.events.page);
  return (
    <>
      {/* What happened takes more than one line. */}
      <p className={classes(IN_BAR, 'hidden font-title phone:block')}>{words.page}</p>
      <div className="mb-4 flex items-center justify-between gap-2">
        <Link to="/events" className={buttonClasses('ghost', '-ml-3')}>
          <ChevronLeft size={16} aria-hidden="true" />
          {words.back}
        </Link>
        <Neighbours id={id} />
      </div>
      <ErrorMessage error={error} />
      {event && <Shown key={event.id} event={event} />}
    </>
  );
}

/** The events before and after it, as far as the list has them. */
function Neighbours({ id }: { id: string }) {
  const { data } = useEvents({});
  const ids = data?.pages.flatMap((page) => page.events.map((event) => event.id)) ?? [];
  const at = ids.indexOf(id);
  const [newer, older] = at < 0 ? [] : [ids[at - 1], ids[at + 1]];
  return (
    <nav className="flex gap-1">
      {newer !== undefined && (
        <Link to={`/events/${newer}`} className={buttonClasses('ghost')}>
          <ChevronUp size={16} aria-hidden="true" />
          {words.newer}
        </Link>
      )}
      {older !== undefined && (
        <Link to={`/events/${older}`} className={buttonClasses('ghost')}>
          <ChevronDown size={16} aria-hidden="true" />
          {words.older}
        </Link>
      )}
    </nav>
  );
}

function Shown({ event }: { event: RuleEvent }) {
  const { data: cameras = NO_CAMERAS } = useCameras();
  const camera = cameras.find(({ id }) => id === event.camera);
  const may = useMay();
  const { mutate: change, error } = useChangeEvent(event.id);
  // Looking at an event is what makes it seen.
  useEffect(() => {
    if (!event.seen && may.operate) change({ seen: true });
  }, [event.seen, may.operate, change]);
  return (
    <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="min-w-0">
        <Pictures event={event} />
        {may.operate && <VerdictPanel event={event} camera={camera} />}
      </div>
      <div className="grid content-start gap-5">
        <div>
          <h1 className="text-20 text-pretty">{event.reason}</h1>
          <p className="mt-1 text-muted">
            {camera?.name ?? event.camera}, {t.events.date(event.frame_timestamp)},{' '}
            {t.events.clock(event.frame_timestamp)}
          </p>
        </div>
        {may.operate && <Actions event={event} onKeep={(kept) => change({ kept })} />}
        <ErrorMessage error={error} />
        <UntestedDetails event={event} />
        <VerificationDetails verification={event.verification} />
        <EventFacts event={event} />
        <RuleLink id={event.rule_id} summary={event.summary} />
      </div>
    </div>
  );
}

/** The picture, and the clip in its place once it is asked for, here or by the link that led here: it is made then. */
function Pictures({ event }: { event: RuleEvent }) {
  const { hash } = useLocation();
  const [clipState, setClipState] = useState<'asked' | 'ended' | undefined>(hash === '#clip' ? 'asked' : undefined);
  const video = useRef<HTMLVideoElement>(null);
  const [trouble, onBroken] = usePictureTrouble(event);
  // Clips take more room than pictures, and are kept for a shorter time.
  const [clipTrouble, onClipBroken] = usePictureTrouble(event, words.noClip);
  const [width, height] = event.image_size;
  const { snapshot_url: snapshot, clip_url: clip } = event;
  return (
    <figure className="overflow-hidden rounded-lg border border-line bg-picture shadow-1">
      <div className="relative grid place-items-center" style={{ aspectRatio: `${width} / ${height}` }}>
        {trouble !== undefined ? (
          <p className="p-6 text-center text-white">{trouble}</p>
        ) : clipState && clip !== null && clipTrouble === undefined ? (
          <video
            ref={video}
            src={basePath + clip}
            className="size-full"
            controls
            autoPlay
            muted
            playsInline
            onPlay={() => setClipState('asked')}
            onEnded={() => setClipState('ended')}
            onError={() => onClipBroken(basePath + clip)}
          />
        ) : snapshot === null ? (
          <p className="p-6 text-center text-white">{words.noPicture}</p>
        ) : (
          <img
            src={basePath + snapshot}
            alt={words.picture(event.reason)}
            className="size-full object-contain"
            onError={() => onBroken(basePath + snapshot)}
          />
        )}
      </div>
      {clipTrouble !== undefined && (
        <figcaption className="bg-surface p-3 text-muted" role="status">
          {clipTrouble}
        </figcaption>
      )}
      {clip !== null && clipTrouble === undefined && (
        <figcaption className="flex items-center justify-between gap-2 bg-surface p-3">
          <Button
            variant="primary"
            aria-disabled={clipState === 'asked'}
            onClick={() => {
              setClipState('asked');
              void video.current?.play();
            }}
          >
            {clipState === 'ended' ? words.playAgain : words.play}
          </Button>
          <a href={basePath + clip} download={`${event.id}.mp4`} className={buttonClasses('ghost')}>
            <Download size={16} aria-hidden="true" />
            {words.download}
          </a>
        </figcaption>
      )}
    </figure>
  );
}

function Actions({ event, onKeep }: { event: RuleEvent; onKeep: (kept: boolean) => void }) {
  const navigate = useNavigate();
  const remove = useRemoveEvent(event.id);
  return (
    <div className="flex flex-wrap gap-2">
      <Button pressed={event.kept} onClick={() => onKeep(!event.kept)}>
        <Pin size={16} aria-hidden="true" />
        {event.kept ? words.isKept : words.keep}
      </Button>
      <ConfirmDialog
        trigger={
          <Button variant="danger">
            <Trash2 size={16} aria-hidden="true" />
            {words.remove}
          </Button>
        }
        title={words.removeTitle}
        description={words.removeText}
        cancel={t.actions.keepIt}
        confirm={words.remove}
        onConfirm={async () => {
          await remove.mutateAsync();
          await navigate('/events', { replace: true });
        }}
      />
    </div>
  );
}

function EventFacts({ event }: { event: RuleEvent }) {
  const { clock } = t.events;
  const { measured, tracks, started_at, ended_at, frame_timestamp } = event;
  const surest = Math.max(0, ...tracks.map(({ confidence }) => confidence));
  const names = Object.entries(words.measured).filter(([key]) => measured[key] !== undefined);
  return (
    <dl className="grid grid-cols-2 overflow-hidden rounded-lg border border-line bg-surface shadow-1 [&>*]:border-line [&>*]:p-3.5 [&>*:nth-child(n+3)]:border-t [&>*:nth-child(odd)]:border-r">
      {names.map(([key, name]) => (
        <EventFact key={key} name={name} value={measuredText(key, measured[key] ?? 0)} />
      ))}
      <EventFact
        name={words.from}
        value={clock(started_at, true)}
        note={ended_at === null ? words.going : words.until(clock(ended_at, true))}
      />
      <EventFact
        name={words.warned}
        value={clock(frame_timestamp, true)}
        note={event.unconfirmed ? t.events.card.unconfirmed : event.late ? words.late : words.withPicture}
      />
      {tracks.length > 0 && (
        <EventFact
          name={words.seen}
          value={summariseClasses(tracks.map(({ class_name }) => class_name))}
          // The detector's confidence in the class says nothing about a description.
          note={measured.score === undefined ? words.sure(Math.round(surest * 100)) : undefined}
        />
      )}
    </dl>
  );
}

function EventFact({ name, value, note }: { name: string; value: ReactNode; note?: string }) {
  return (
    <div className="min-w-0">
      <dt className="text-12 text-muted">{name}</dt>
      <dd className="figures text-16 font-strong">{value}</dd>
      {note && <dd className="text-12 text-muted">{note}</dd>}
    </div>
  );
}

function measuredText(key: string, value: number): string {
  if (key === 'seconds') return t.compose.values.duration(Math.round(value));
  return String(Math.round(value * 10) / 10);
}

function RuleLink({ id, summary }: { id: string; summary: string }) {
  const { data: rule } = useRule(id);
  const text = rule?.prompt ? `“${rule.prompt}”` : summary;
  const look = 'flex items-center gap-3 rounded-lg border border-line bg-surface p-3.5 shadow-1';
  if (!rule) {
    return (
      <p className={look}>
        <ListChecks size={18} className="shrink-0" aria-hidden="true" />
        <span className="min-w-0 flex-1 text-pretty">{text}</span>
      </p>
    );
  }
  return (
    <Link to={`/rules/${id}/edit`} aria-label={`${words.rule}: ${text}`} className={`${look} hover:border-line-strong`}>
      <ListChecks size={18} className="shrink-0" aria-hidden="true" />
      <span className="min-w-0 flex-1 text-pretty">{text}</span>
      <ChevronRight size={16} aria-hidden="true" />
    </Link>
  );
}
