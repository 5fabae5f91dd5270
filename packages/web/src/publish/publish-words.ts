import type { PublishView } from './publish-store.js';

export interface Status {
  tone: 'good' | 'warn' | 'bad' | 'muted';
  /** A word or two, for the badge. */
  label: string;
  /** Over the preview: what is wrong and what to do; absent while all is well. */
  notice?: { title: string; advice: string; action?: 'start' | 'resume' | 'take-over' };
}

/** How it stands, the camera's own trouble first: without pictures the connection does not matter. */
export function statusOf(view: Pick<PublishView, 'source' | 'choice' | 'link' | 'paused' | 'stats'>): Status {
  const { source, link, paused, stats } = view;
  const { state, problem } = source;
  switch (state) {
    case 'off':
      return { tone: 'muted', label: 'Off' };
    case 'opening':
      return {
        tone: 'muted',
        label: 'Opening',
        notice: { title: 'Opening the camera', advice: 'If the browser asks, choose Allow.' },
      };
    case 'failed':
      return {
        tone: 'bad',
        label: 'No picture',
        notice: { title: problem?.title ?? 'No picture', advice: problem?.advice ?? '', action: 'start' },
      };
    case 'lost':
      return {
        tone: 'bad',
        label: 'Camera gone',
        notice: { title: problem?.title ?? 'The camera is gone', advice: problem?.advice ?? '' },
      };
    case 'muted':
      return {
        tone: 'warn',
        label: 'No picture',
        notice: {
          title: 'The system is blocking the camera',
          advice: 'A call, another app or a closed lid can do that. It resumes by itself.',
        },
      };
    case 'live': {
      const status = linkStatus(link, paused);
      const silent = status.tone === 'good' && stats?.capture.fps === 0 && view.choice.kind === 'camera';
      return silent ? SILENT : status;
    }
  }
}

const SILENT: Status = {
  tone: 'warn',
  label: 'No picture',
  notice: {
    title: 'The camera sends no picture',
    advice: 'It resumes by itself. If it does not, stop and start again.',
  },
};

function linkStatus(link: PublishView['link'], paused: boolean): Status {
  switch (link?.state) {
    case 'live':
      return { tone: 'good', label: 'Live' };
    case 'paused':
      return { ...PAUSED };
    case 'reconnecting':
      return {
        tone: 'warn',
        label: 'Reconnecting',
        notice: { title: 'Reconnecting', advice: sentence(link.reason) },
      };
    case 'replaced':
      return {
        tone: 'warn',
        label: 'Taken over',
        notice: {
          title: 'Another device is now this camera',
          advice: 'The same link was opened there. This device has stopped sending.',
          action: 'take-over',
        },
      };
    case 'refused':
      return {
        tone: 'bad',
        label: 'Refused',
        notice: {
          title: 'This link no longer works',
          advice: 'Its owner revoked it or made a new one. Ask for the current link.',
        },
      };
    case 'closed':
      return { tone: 'bad', label: 'Stopped', notice: { title: 'Stopped', advice: sentence(link.reason) } };
    default:
      return paused ? { ...PAUSED } : { tone: 'muted', label: 'Connecting' };
  }
}

const PAUSED: Status = {
  tone: 'warn',
  label: 'Paused',
  notice: { title: 'Paused', advice: 'The camera is on, but nothing leaves this device.', action: 'resume' },
};

const REASONS: Record<string, string> = {
  demand: 'no viewer needs more',
  'inference-load': 'the server is busy',
  link: 'the network is too slow for more',
};

/** Why the server asks for what it asks. */
export function reasonInWords(reason: string): string {
  return REASONS[reason] ?? reason.replaceAll('-', ' ');
}

/** `24 fps, quality 70 %, 1280 wide` */
export function targetInWords({ fps, quality, width }: { fps: number; quality: number; width?: number }): string {
  const parts = [`${Math.round(fps)} fps`, `quality ${Math.round(quality * 100)} %`];
  if (width !== undefined) parts.push(`${width} wide`);
  return parts.join(', ');
}

/** `850 kbit/s`, `2.4 Mbit/s` */
export function formatKbit(kbit: number): string {
  return kbit < 1000 ? `${Math.round(kbit)} kbit/s` : `${(kbit / 1000).toFixed(1)} Mbit/s`;
}

function sentence(reason: string): string {
  return reason ? `${reason[0]!.toUpperCase()}${reason.slice(1)}${/[.!?]$/.test(reason) ? '' : '.'}` : '';
}
