/**
 * The one door to node-av: everything of FFmpeg that `codec` and `capture` use passes here. The low-level API only (`node-av/lib`);
 * the high-level one needs `Promise.withResolvers`, which Node 20 lacks.
 */
import { getSystemErrorMap } from 'node:util';
import { LookoutError } from '@lookout/protocol';
import { AV_LOG_QUIET } from 'node-av/constants';
import { FFmpegError, Log } from 'node-av/lib';

export * from 'node-av/constants';
export {
  avGetCodecName,
  avGetPixFmtName,
  Codec,
  CodecContext,
  CodecParameters,
  Dictionary,
  FFmpegError,
  FormatContext,
  Frame,
  HardwareDeviceContext,
  InputFormat,
  IOContext,
  Packet,
  Rational,
  SoftwareScaleContext,
  Stream,
} from 'node-av/lib';

/** FFmpeg writes to stderr by itself, URLs with credentials included: it is told not to. What went wrong is in our errors. */
Log.setLevel(AV_LOG_QUIET);

/** Turns a native return code into an error that says what was being done. For calls that only fail when the machine does. */
export function check(code: number, doing: string): number {
  if (code < 0) throw new LookoutError('internal', `FFmpeg could not ${doing}: ${describe(code)}`);
  return code;
}

/** FFmpeg's own words for a return code. */
export function describe(code: number): string {
  return new FFmpegError(code).message;
}

/** The errno name of a return code that is one: `ECONNREFUSED`. */
export function errnoOf(code: number): string | undefined {
  return code < 0 && code > -1000 ? getSystemErrorMap().get(code)?.[0] : undefined;
}

/**
 * Sets options of a context before it is opened. Never hand a `Dictionary` to `open2`: node-av 6.1.1 frees it there and once
 * more when it is collected, which kills the process.
 */
export function setOptions(
  context: { setOption(name: string, value: string | number): number },
  options: Readonly<Record<string, string | number>>,
): void {
  for (const [name, value] of Object.entries(options)) check(context.setOption(name, value), `set the option ${name}`);
}
