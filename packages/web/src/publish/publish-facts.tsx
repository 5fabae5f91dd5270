import { ChevronDown } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { formatCount, formatFps, formatMs, formatSize } from '../lib/format.js';
import { DelayFigure } from '../player/figures.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { classes } from '../ui/classes.js';
import { type Fact, Facts } from '../ui/panel.js';
import type { PublishView } from './publish-store.js';
import { formatKbit, reasonInWords, targetInWords } from './publish-words.js';
import type { VideoStats } from './video-publisher.js';

const words = t.publish.facts;

/** The three main figures, with the others below, on phones hidden behind a tap. */
export function PublishFacts({ view }: { view: PublishView }) {
  const { stats, link, video } = view;
  const live = link?.state === 'live' ? stats : undefined;
  const rates = live ?? video;
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div className="border-t border-line">
      <dl className="grid grid-cols-[1.1fr_0.8fr_1.1fr] gap-x-2 px-4 pt-3 pb-1">
        <Figure name={words.delay}>
          <DelayFigure ageMs={live?.arrivalAgeMs} />
        </Figure>
        <Figure name={words.rate}>{rates && t.units.fps(formatFps(rates.fps))}</Figure>
        <Figure name={words.network}>{rates && formatKbit(rates.kbitPerSecond)}</Figure>
      </dl>
      <Button
        variant="ghost"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="w-full text-13 lg:hidden"
      >
        {words.details}
        <ChevronDown size={15} aria-hidden="true" className={classes('transition-transform', open && 'rotate-180')} />
      </Button>
      <div id={id} className={classes('px-4 pt-2 pb-4 lg:block', !open && 'hidden')}>
        <Facts items={video ? videoFactsOf(video, view) : factsOf(view)} />
      </div>
    </div>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-13 text-muted">{name}</dt>
      <dd className="figures truncate text-16 font-semibold">{children ?? t.units.none}</dd>
    </div>
  );
}

function videoFactsOf({ width, height, limitedBy, roundTripMs }: VideoStats, { awake }: PublishView): Fact[] {
  const limit = limitedBy === 'device' ? words.device : words.limits[limitedBy];
  return [
    { name: words.picture, value: formatSize(width, height) },
    { name: words.sentAs, value: words.video },
    { name: words.limitedBy, value: limit, title: words.limitedByTitle },
    { name: words.roundTrip, value: roundTripMs === undefined ? undefined : formatMs(roundTripMs) },
    { name: words.screen, value: words.awake[awake] },
  ];
}

function factsOf({ stats, control, awake }: PublishView): Fact[] {
  const { target, capture, dropped, roundTripMs, linkKbitPerSecond, reconnects } = stats ?? {};
  const limit = stats?.linkBound ? 'network' : control ? 'server' : 'none';
  return [
    { name: words.picture, value: formatSize(capture?.width, capture?.height) },
    { name: words.sentAs, value: target && targetInWords(target) },
    { name: words.limitedBy, value: words.limits[limit], title: words.limitedByTitle },
    { name: words.asksFor, value: control ? targetInWords(control) : words.asksNothing },
    { name: words.reason, value: control && reasonInWords(control.reason) },
    { name: words.speed, value: linkKbitPerSecond ? speedInWords(linkKbitPerSecond) : undefined },
    { name: words.roundTrip, value: roundTripMs === undefined ? undefined : formatMs(roundTripMs) },
    { name: words.delivers, value: capture && t.units.fps(formatFps(capture.fps)) },
    { name: words.encoding, value: capture && formatMs(capture.encodeMs) },
    {
      name: words.skipped,
      value: dropped && formatCount(dropped.link + dropped.encoder + dropped.rejected),
      title: words.skippedTitle,
    },
    { name: words.reconnects, value: reconnects === undefined ? undefined : formatCount(reconnects) },
    { name: words.screen, value: words.awake[awake] },
  ];
}

/** For a fast link the figure is a guess from a few milliseconds, so no number is shown. */
function speedInWords(kbit: number): string {
  return kbit > 50_000 ? words.plenty : formatKbit(kbit);
}
