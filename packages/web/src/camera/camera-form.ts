import type { Camera, CameraPatch } from '@lookout/protocol';
import { classesInWords, classesOf } from '../lib/class-names.js';
import { numberOf, numberText } from '../lib/form.js';
import { withCredentials } from './address.js';

/** The settings of a camera as form values, named as in the request. @param camera as the server described it */
export function formValues({ name, url = '', sub_url = '', tls_pin = '', loop = true, needs = [], detect }: Camera) {
  return {
    name,
    /** Empty for a push camera. */
    url,
    /** Empty: the camera has one stream. */
    sub_url,
    /** Replaces the one in each address; with both empty, those stay. */
    user: '',
    password: '',
    /** Pin of a certificate; empty: accept only those that the server trusts. */
    tls_pin,
    loop,
    /** Labels, separated by commas. */
    needs: needs.join(', '),
    'detect.enabled': detect.enabled,
    'detect.fps': numberText(detect.fps),
    'detect.idle_fps': numberText(detect.idle_fps),
    'detect.classes': classesInWords(detect.classes ?? []),
    'detect.inference_size': String(detect.inference_size),
    'detect.confidence': String(detect.confidence),
  };
}

export type CameraFormValues = ReturnType<typeof formValues>;

/**
 * Only what was changed: an unchanged URL still shows `***` for its password and must not be sent back.
 * @returns undefined when nothing was changed
 */
export function patchOf(before: CameraFormValues, after: CameraFormValues): CameraPatch | undefined {
  /** `{ [field]: value }`, or nothing if the form's value is unchanged. */
  const changed = <T>(name: keyof CameraFormValues, field: string, value: T) =>
    after[name] !== before[name] && { [field]: value };
  const url = withCredentials(after.url, after);
  const subUrl = withCredentials(after.sub_url, after);
  const classes = classesOf(after['detect.classes']);
  const detect = {
    ...changed('detect.enabled', 'enabled', after['detect.enabled']),
    ...changed('detect.fps', 'fps', numberOf(after['detect.fps'])),
    ...changed('detect.idle_fps', 'idle_fps', numberOf(after['detect.idle_fps'])),
    ...changed('detect.classes', 'classes', classes.length > 0 ? classes : null),
    ...changed('detect.inference_size', 'inference_size', numberOrAuto(after['detect.inference_size'])),
    ...changed('detect.confidence', 'confidence', numberOrAuto(after['detect.confidence'])),
  };
  const patch: CameraPatch = {
    ...changed('name', 'name', after.name.trim()),
    ...(url !== before.url && { url }),
    ...(subUrl !== before.sub_url && { sub_url: subUrl || null }),
    ...changed('tls_pin', 'tls_pin', after.tls_pin.trim() || null),
    ...changed('loop', 'loop', after.loop),
    ...changed('needs', 'needs', labelsOf(after.needs)),
    ...(Object.keys(detect).length > 0 && { detect }),
  };
  return Object.keys(patch).length > 0 ? patch : undefined;
}

function labelsOf(text: string): string[] {
  return text
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '');
}

function numberOrAuto(text: string): number | 'auto' {
  return text === 'auto' ? 'auto' : numberOf(text);
}
