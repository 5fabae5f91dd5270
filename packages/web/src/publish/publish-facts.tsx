import type { AwakeState } from '@lookout/client';
import { ChevronDown } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { formatCount, formatFps, formatMs, formatSize } from '../lib/format.js';
import { AgeFigure } from '../ui/age-figure.js';
import { classes } from '../ui/classes.js';
import { Facts } from '../ui/panel.js';
import type { PublishView } from './publish-store.js';
import { formatKbit, reasonInWords, targetInWords } from './publish-words.js';

const AWAKE: Record<AwakeState, string> = {
  held: 'stays on',
  released: 'may switch off',
  refused: 'may switch off: the browser refused (battery low?)',
  unsupported: 'may switch off: set a longer time in the system',
};

/** The three figures that matter; the rest below them, on phones behind a tap. */
export function PublishFacts({ view }: { view: PublishView }) {
  const { stats, link } = view;
  const live = link?.state === 'live' ? stats : undefined;
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div className="border-t border-line">
      <dl className="grid grid-cols-[1.1fr_0.8fr_1.1fr] gap-x-2 px-4 pt-3 pb-1">
        <Figure name="Delay">
          <AgeFigure ageMs={live?.arrivalAgeMs} />
        </Figure>
        <Figure name="Rate">{live ? `${formatFps(live.fps)} fps` : '–'}</Figure>
        <Figure name="Network">{live ? formatKbit(live.kbitPerSecond) : '–'}</Figure>
      </dl>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="flex h-11 w-full items-center justify-center gap-1.5 text-[0.8125rem] font-medium text-muted hover:text-text lg:hidden"
      >
        Details
        <ChevronDown size={15} aria-hidden="true" className={classes('transition-transform', open && 'rotate-180')} />
      </button>
      <div id={id} className={classes('px-4 pt-2 pb-4 lg:block', !open && 'hidden')}>
        <Facts items={factsOf(view)} />
      </div>
    </div>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-[0.8125rem] text-muted">{name}</dt>
      <dd className="figures truncate text-base font-semibold">{children}</dd>
    </div>
  );
}

function factsOf({ stats, control, awake }: PublishView) {
  const { target, capture, dropped } = stats ?? {};
  const lost = dropped ? dropped.link + dropped.encoder + dropped.rejected : 0;
  return [
    { name: 'Picture', value: formatSize(capture?.width, capture?.height) },
    { name: 'Sent as', value: target ? targetInWords(target) : '–' },
    {
      name: 'Limited by',
      value: stats?.linkBound ? 'this network' : control ? 'the server' : 'nothing',
      title: 'What keeps the picture from being better',
    },
    { name: 'Server asks for', value: control ? targetInWords(control) : 'nothing yet' },
    { name: 'Reason', value: control ? reasonInWords(control.reason) : '–' },
    { name: 'Network speed', value: stats?.linkKbitPerSecond ? carries(stats.linkKbitPerSecond) : '–' },
    { name: 'Round trip', value: stats?.roundTripMs === undefined ? '–' : formatMs(stats.roundTripMs) },
    { name: 'Camera delivers', value: capture ? `${formatFps(capture.fps)} fps` : '–' },
    { name: 'Encoding', value: capture ? formatMs(capture.encodeMs) : '–' },
    {
      name: 'Skipped for a newer one',
      value: stats ? formatCount(lost) : '–',
      title: 'Frames that a newer one replaced before they were sent',
    },
    { name: 'Reconnects', value: stats ? formatCount(stats.reconnects) : '–' },
    { name: 'Screen', value: AWAKE[awake] },
  ];
}

/** A fast link's figure is a guess from a few milliseconds: that it is plenty is all there is to know. */
function carries(kbit: number): string {
  return kbit > 50_000 ? 'plenty' : formatKbit(kbit);
}
