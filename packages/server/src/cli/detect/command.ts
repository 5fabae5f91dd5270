import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJpegHeader, redactUrl, validateSourceUrl } from '@lookout/media';
import { LookoutError } from '@lookout/protocol';
import type { Settings } from '../../platform/config/settings.js';
import { Analyser } from './analyser.js';
import type { DetectCommand } from './detect-command.js';
import { JPEG_QUALITY, printPicture, writePicture } from './report.js';

/** What to detect in. */
type Target =
  | { kind: 'jpeg'; jpeg: Uint8Array }
  /** A recording, or an image of another format. */
  | { kind: 'file'; path: string }
  | { kind: 'live'; url: string };

/** Larger JPEGs are read as videos are, piece by piece. */
const MAX_JPEG_BYTES = 100_000_000;

/** Detects without a server: in an image, a whole video, or some frames of a camera. */
export async function detect(command: DetectCommand, settings: Settings): Promise<void> {
  const target = await targetOf(command.input, settings);
  const single = target.kind === 'jpeg' || (target.kind === 'live' && wantsOne(command));
  const analyser = await Analyser.start(settings, single ? 1 : settings.workers);
  try {
    switch (target.kind) {
      case 'jpeg':
        return await detectJpeg(target.jpeg, command, analyser);
      case 'file':
        return await detectFile(target.path, command, analyser);
      case 'live': {
        const { detectFirst, detectLive } = await import('./live.js');
        return await (single ? detectFirst : detectLive)(target.url, command, analyser);
      }
    }
  } finally {
    await analyser.close();
  }
}

function wantsOne({ frames, seconds }: DetectCommand): boolean {
  return seconds === undefined && (frames ?? 1) === 1;
}

async function detectJpeg(jpeg: Uint8Array, { input, json, out }: DetectCommand, analyser: Analyser): Promise<void> {
  const { width, height } = readJpegHeader(jpeg);
  const { detections, inferenceMs } = await analyser.findShown({ kind: 'jpeg', jpeg }, width, height);
  if (out !== undefined) await writePicture(out, await analyser.annotate(jpeg, detections, JPEG_QUALITY));
  const report = { source: input, width, height, model: analyser.model.name, inference_ms: inferenceMs, detections };
  printPicture(report, json);
}

async function detectFile(path: string, command: DetectCommand, analyser: Analyser): Promise<void> {
  const { VideoFile } = await import('@lookout/media/codec');
  const { detectRecording, detectStill } = await import('./recording.js');
  try {
    await using file = await VideoFile.open(path);
    await (file.isPicture ? detectStill : detectRecording)(file, command, analyser);
  } catch (error) {
    if (!(error instanceof LookoutError) || error.code === 'storage_failed') throw error;
    throw new LookoutError(error.code, `Can't read ${command.input}: ${error.message}`, {
      hint: error.hint,
      cause: error,
    });
  }
}

/** @throws LookoutError when there is nothing at the address, before any model is loaded. */
async function targetOf(input: string, settings: Settings): Promise<Target> {
  if (/^demo:/i.test(input)) {
    const demoClip = settings.demo_clip === undefined ? {} : { demoClip: resolve(settings.demo_clip) };
    validateSourceUrl(input, demoClip);
    return { kind: 'file', path: demoClip.demoClip! };
  }
  if (/^file:/i.test(input)) validateSourceUrl(input);
  else if (/^[a-z][a-z0-9+.-]*:\/\//i.test(input) || input.startsWith('/dev/')) {
    validateSourceUrl(input);
    return { kind: 'live', url: input };
  }
  const path = /^file:/i.test(input) ? fileURLToPath(input) : resolve(input);
  const jpeg = /\.mjpe?g$/i.test(path) ? undefined : await readJpeg(path, input);
  return jpeg === undefined ? { kind: 'file', path } : { kind: 'jpeg', jpeg };
}

/** The bytes of a JPEG file; undefined for anything that another decoder must read. */
async function readJpeg(path: string, input: string): Promise<Uint8Array | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    if (buffer.readUInt16BE() !== 0xffd8 || (await file.stat()).size > MAX_JPEG_BYTES) return undefined;
    return await file.readFile();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file',
      EISDIR: 'this is a folder',
      EACCES: 'permission denied',
    };
    throw new LookoutError('not_found', `Can't read ${redactUrl(input)}: ${reasons[code ?? ''] ?? code}`, {
      hint: 'Give a picture, a video, or a URL such as rtsp://… or http://….',
      cause: error,
    });
  } finally {
    await file?.close();
  }
}
