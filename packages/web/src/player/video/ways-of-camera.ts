import { t } from '../../strings/index.js';
import { playsAsMp4 } from './mse-source.js';
import { type FailedWay, PICTURES_ONLY, type Way, type Ways } from './way-chooser.js';
import { hasWebRtc } from './whep-source.js';

/** How a camera is shown: by the best way that works, or by one of them. */
export type Showing = 'auto' | Way;

const words = t.diagnostics.ways.unusable;

/** Codecs that the server passes on over WebRTC. */
const WEBRTC_CODECS: readonly string[] = ['h264', 'vp8'];

/** Ways in which this browser can show a camera's own video, best first. @param codec as in `Camera.video`; undefined: it has none, or it is not known yet */
export function waysOfVideo(codec: string | undefined): Ways {
  if (codec === undefined) return PICTURES_ONLY;
  const refused: Record<Exclude<Way, 'pictures'>, string | undefined> = {
    whep: hasWebRtc() ? (WEBRTC_CODECS.includes(codec) ? undefined : words.codec) : words.browser,
    mse: playsAsMp4(codec) ? undefined : words.codec,
  };
  const usable: Way[] = [];
  const unusable: FailedWay[] = [];
  for (const way of ['whep', 'mse'] as const) {
    const reason = refused[way];
    if (reason === undefined) usable.push(way);
    else unusable.push({ way, reason });
  }
  return { usable, unusable };
}

/** What of these a user has chosen. What can't be shown is chosen by itself. */
export function chosenWays(ways: Ways, showing: Showing): Ways {
  if (showing === 'pictures') return PICTURES_ONLY;
  return ways.usable.includes(showing as Way) ? { usable: [showing as Way], unusable: [] } : ways;
}
