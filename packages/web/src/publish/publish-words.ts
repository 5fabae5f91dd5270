import { t } from '../strings/index.js';
import type { Tone } from '../ui/badge.js';
import type { PublishView } from './publish-store.js';

const { status, notices, facts, reasons } = t.publish;

export interface Status {
  tone: Tone;
  /** One or two words, for the badge. */
  label: string;
  /** Shown over the preview: what is wrong and what to do; absent while all is well. */
  notice?: { title: string; advice: string; action?: 'start' | 'resume' | 'take-over' };
}

const SILENT: Status = { tone: 'warn', label: status.noPicture, notice: notices.silent };
const PAUSED: Status = { tone: 'warn', label: status.paused, notice: { ...notices.paused, action: 'resume' } };

/** The publisher's status, camera problems first: without pictures the connection does not matter. */
export function statusOf(view: Pick<PublishView, 'source' | 'choice' | 'link' | 'paused' | 'stats'>): Status {
  const { link, paused, stats } = view;
  const { state, problem } = view.source;
  const title = problem?.title;
  const advice = problem?.advice ?? '';
  switch (state) {
    case 'off':
      return { tone: 'muted', label: status.off };
    case 'opening':
      return { tone: 'muted', label: status.opening, notice: notices.opening };
    case 'failed':
      return {
        tone: 'bad',
        label: status.noPicture,
        notice: { title: title ?? status.noPicture, advice, action: 'start' },
      };
    case 'lost':
      return { tone: 'bad', label: status.cameraGone, notice: { title: title ?? notices.lost, advice } };
    case 'muted':
      return { tone: 'warn', label: status.noPicture, notice: notices.muted };
    case 'live': {
      const isSilent = link?.state === 'live' && stats?.capture.fps === 0 && view.choice.kind === 'camera';
      return isSilent ? SILENT : linkStatus(link, paused);
    }
  }
}

function linkStatus(link: PublishView['link'], paused: boolean): Status {
  switch (link?.state) {
    case 'live':
      return { tone: 'good', label: status.live };
    case 'paused':
      return PAUSED;
    case 'reconnecting':
      return {
        tone: 'warn',
        label: status.reconnecting,
        notice: { title: status.reconnecting, advice: sentence(link.reason) },
      };
    case 'replaced':
      return { tone: 'warn', label: status.takenOver, notice: { ...notices.replaced, action: 'take-over' } };
    case 'refused':
      return { tone: 'bad', label: status.refused, notice: notices.refused };
    case 'closed':
      return { tone: 'bad', label: status.stopped, notice: { title: status.stopped, advice: sentence(link.reason) } };
    default:
      return paused ? PAUSED : { tone: 'muted', label: status.connecting };
  }
}

/** Why the server sent its last request. */
export function reasonInWords(reason: string): string {
  return reasons[reason] ?? reason.replaceAll('-', ' ');
}

/** `24 fps, quality 70 %, 1280 wide` */
export function targetInWords({ fps, quality, width }: { fps: number; quality: number; width?: number }): string {
  const parts = [t.units.fps(String(Math.round(fps))), facts.quality(Math.round(quality * 100))];
  if (width !== undefined) parts.push(facts.wide(width));
  return parts.join(', ');
}

/** `850 kbit/s`, `2.4 Mbit/s` */
export function formatKbit(kbit: number): string {
  return kbit < 1000 ? `${Math.round(kbit)} kbit/s` : `${t.number(kbit / 1000, 1)} Mbit/s`;
}

function sentence(reason: string): string {
  return reason ? `${reason[0]!.toUpperCase()}${reason.slice(1)}${/[.!?]$/.test(reason) ? '' : '.'}` : '';
}
