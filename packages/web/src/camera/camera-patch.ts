import type { Camera, CameraPatch } from '@lookout/protocol';
import { withCredentials } from './address-credentials.js';

/** The settings of a camera as a form holds them: all text. */
export interface CameraFormValues {
  name: string;
  /** Empty for a camera that is published to. */
  url: string;
  /** In place of those in the address; both empty: these stay. */
  user: string;
  password: string;
  /** Of a certificate; empty: only those that the server trusts. */
  tlsPin: string;
  /** Of a recording: over and over. */
  loop: boolean;
  detect: boolean;
  fps: string;
  idleFps: string;
  classes: string;
  inferenceSize: string;
  confidence: string;
}

export function formValues(camera: Camera): CameraFormValues {
  return {
    name: camera.name,
    url: camera.url ?? '',
    user: '',
    password: '',
    tlsPin: camera.tls_pin ?? '',
    loop: camera.loop ?? true,
    detect: camera.detect.enabled,
    fps: String(camera.detect.fps),
    idleFps: String(camera.detect.idle_fps),
    classes: camera.detect.classes?.join(', ') ?? '',
    inferenceSize: String(camera.detect.inference_size),
    confidence: String(camera.detect.confidence),
  };
}

/**
 * Only what was changed: a URL that was left alone still shows `***` for its password and must not be sent back.
 * @returns undefined when nothing was changed
 */
export function patchOf(before: CameraFormValues, after: CameraFormValues): CameraPatch | undefined {
  const patch: CameraPatch = {};
  const detect: NonNullable<CameraPatch['detect']> = {};
  if (after.name.trim() !== before.name) patch.name = after.name.trim();
  const url = withCredentials(after.url, after);
  if (url !== before.url) patch.url = url;
  if (after.tlsPin.trim() !== before.tlsPin) patch.tls_pin = after.tlsPin.trim() || null;
  if (after.loop !== before.loop) patch.loop = after.loop;
  if (after.detect !== before.detect) detect.enabled = after.detect;
  if (after.fps !== before.fps) detect.fps = Number(after.fps);
  if (after.idleFps !== before.idleFps) detect.idle_fps = Number(after.idleFps);
  if (after.classes !== before.classes) {
    const classes = after.classes
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean);
    detect.classes = classes.length > 0 ? classes : null;
  }
  if (after.inferenceSize !== before.inferenceSize) detect.inference_size = numberOrAuto(after.inferenceSize);
  if (after.confidence !== before.confidence) detect.confidence = numberOrAuto(after.confidence);
  if (Object.keys(detect).length > 0) patch.detect = detect;
  return Object.keys(patch).length > 0 ? patch : undefined;
}

function numberOrAuto(text: string): number | 'auto' {
  return text === 'auto' ? 'auto' : Number(text);
}
