import type { DeviceDescription } from '@lookout/protocol';
import { isRecording, withCredentials } from '../../camera/address.js';
import { classesOf } from './look-for.js';

export const STEPS = ['find', 'connect', 'watch', 'warn'] as const;
export type Step = (typeof STEPS)[number];

/** Where the picture comes from. */
export const WAYS = ['device', 'phone', 'address', 'maker', 'local'] as const;
export type Way = (typeof WAYS)[number];

/** What a camera showed when it was tried. */
export interface Shown {
  /** data: URL; null: it gave none yet */
  picture: string | null;
  /** Its streams in words; `sub` only where the device has named one. */
  main: string;
  sub?: string;
}

/** What was typed and found so far; it stays while somebody goes back and forth. */
export interface Draft {
  url: string;
  /** Empty: the camera has one stream. */
  sub_url: string;
  /** Take the place of those in the addresses. */
  user: string;
  password: string;
  /** The certificate that its owner accepted. */
  tls_pin: string | undefined;
  /** Of a recording. */
  loop: boolean;
  name: string;
  /** Kinds of objects; undefined: nothing was chosen. */
  lookFor: readonly string[] | undefined;
  /** What a device said of itself. */
  description: (DeviceDescription & { ok: true }) | undefined;
  shown: Shown | undefined;
}

export const EMPTY_DRAFT: Draft = {
  ...{ url: '', sub_url: '', user: '', password: '', tls_pin: undefined, loop: true, name: '' },
  ...{ lookFor: undefined, description: undefined, shown: undefined },
};

/** The step to show: one whose beginnings are missing, as after a reload, leads back to the first. */
export function reachable(step: Step, way: Way | undefined, have: { device: boolean; url: boolean; camera: boolean }) {
  if (step === 'warn') return have.camera ? step : 'find';
  if (way === undefined || (way === 'device' && !have.device)) return 'find';
  if (step === 'watch') return have.url ? step : 'connect';
  return step;
}

/** Body of `POST /api/cameras`. @param usual what is looked for unless something else was chosen */
export function newCameraOf(draft: Draft, usual: readonly string[]) {
  const { loop, tls_pin } = draft;
  const url = withCredentials(draft.url, draft);
  const sub_url = withCredentials(draft.sub_url, draft);
  const classes = classesOf(draft.lookFor ?? usual);
  return {
    url,
    ...(sub_url !== '' && { sub_url }),
    name: draft.name.trim() || undefined,
    ...(tls_pin && { tls_pin }),
    ...(isRecording(url) && !loop && { loop }),
    ...(classes && { detect: { classes } }),
  };
}
