import { type AVFormatFlag, Dictionary, errnoOf, type FormatContext, InputFormat } from '../codec/native.js';
import type { VideoBytes } from '../video-bytes/byte-source.js';
import { FileBytes, videoDevice } from '../video-bytes/file-bytes.js';
import { asOpenError } from './demux-errors.js';
import type { InputPlan } from './input-plan.js';

/** Errors that other options would not help with: it does not exist, access is denied, or it is in use. */
const FINAL_ERRORS = new Set(['ENOENT', 'ENXIO', 'ENODEV', 'EACCES', 'EPERM', 'EBUSY']);

/**
 * Opens the planned input, trying its options in order until FFmpeg accepts one.
 * @param context allocated. @param isOver stops further attempts; an attempt in progress ends by `context.interrupt()`.
 * @returns FFmpeg's return code of the last attempt.
 */
export async function openInput(
  context: FormatContext,
  plan: InputPlan,
  isOver: () => boolean,
  flags?: AVFormatFlag,
): Promise<number> {
  const { input, format, options, otherOptions = [] } = plan;
  const inputFormat = format === undefined ? null : InputFormat.findInputFormat(format);
  let code = 0;
  for (const [index, one] of [options, ...otherOptions].entries()) {
    // A failed attempt has freed the native context.
    if (index > 0) context.allocContext();
    if (flags !== undefined) context.setFlags(flags);
    code = await context.openInput(input, inputFormat, Dictionary.fromObject(one));
    if (code >= 0 || isOver() || FINAL_ERRORS.has(errnoOf(code) ?? '')) return code;
  }
  return code;
}

/** @throws LookoutError `camera_not_found`, `camera_refused`, `camera_unsupported`; the reason of `signal`. */
export async function openVideoFile(path: string, signal: AbortSignal): Promise<VideoBytes> {
  const bytes = await FileBytes.open(path, signal).catch((error) => {
    throw asOpenError(error, 'file');
  });
  return { bytes, transport: 'file', hls: undefined, close: () => bytes.close() };
}

/** The device file behind a path. @throws LookoutError `camera_not_found`, `camera_refused`, `camera_unsupported`. */
export async function deviceAt(path: string): Promise<string> {
  try {
    return await videoDevice(path);
  } catch (error) {
    throw asOpenError(error, 'device');
  }
}
