import { access, constants, readdir } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { planLetterbox } from '@lookout/vision';
import type { Settings } from '../platform/config/settings.js';
import { findDevice } from '../platform/devices/find-device.js';
import { ModelLibrary } from '../platform/models/model-library.js';
import { type Finding, networkChecks } from './network-checks.js';

export type { Finding };

const TIMED_RUNS = 10;

/** Checks everything Lookout needs on this machine. The checks are independent: a failing one hides no other. */
export async function examine(settings: Settings): Promise<Finding[]> {
  const findings: Finding[] = [machine(), threadPool()];
  const checks: [string, () => Promise<Finding[]>][] = [
    ['video decoders', decoders],
    ['JPEGs', async () => [await jpegs()]],
    ['devices', devices],
    ['model', () => model(settings)],
    ['inference device', async () => [await inferenceDevice(settings)]],
    ['ports', () => networkChecks(settings)],
    ['data folder', async () => [await dataDirectory(settings)]],
  ];
  for (const [name, check] of checks) {
    try {
      findings.push(...(await check()));
    } catch (error) {
      findings.push({ name, state: 'fail', detail: error instanceof Error ? error.message : String(error) });
    }
  }
  return findings;
}

/** Prints the findings. @returns whether nothing failed. */
export async function doctor(settings: Settings, json: boolean): Promise<boolean> {
  const findings = await examine(settings);
  if (json) console.log(JSON.stringify(findings, null, 2));
  else for (const { name, state, detail } of findings) console.log(`${state.padEnd(5)} ${name.padEnd(18)} ${detail}`);
  return findings.every(({ state }) => state !== 'fail');
}

function machine(): Finding {
  const cpu = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = (totalmem() / 1024 ** 3).toFixed(1);
  return {
    name: 'machine',
    state: 'info',
    detail: `Node ${process.version}, ${process.platform}-${process.arch}, ${availableParallelism()} cores (${cpu}), ${memory} GiB`,
  };
}

/** A camera that is being read blocks a pool thread while it waits, so 4 cameras would use up the pool's default of 4 threads. */
function threadPool(): Finding {
  const size = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
  const name = 'thread pool';
  if (size >= 16) return { name, state: 'ok', detail: `${size} threads` };
  return {
    name,
    state: 'warn',
    detail: `${size} threads are too few for several cameras: use npm start or the lookout command, or set UV_THREADPOOL_SIZE=64`,
  };
}

async function decoders(): Promise<Finding[]> {
  const { probeDecoders } = await import('@lookout/media/codec');
  const { software, hardware } = probeDecoders();
  const missing = ['h264', 'hevc', 'mjpeg'].filter((codec) => software[codec] === undefined);
  const usable = hardware.filter(({ available }) => available).map(({ type }) => type);
  return [
    {
      name: 'video decoders',
      state: missing.length > 0 ? 'fail' : 'ok',
      detail: missing.length > 0 ? `missing: ${missing.join(', ')}` : Object.keys(software).join(', '),
    },
    {
      name: 'hardware decoding',
      state: 'info',
      detail: usable.join(', ') || 'none, so the CPU decodes video',
    },
  ];
}

async function jpegs(): Promise<Finding> {
  const { whyNoTurboJpeg } = await import('@lookout/media/codec');
  const name = 'JPEGs';
  const reason = whyNoTurboJpeg();
  if (reason === undefined) return { name, state: 'ok', detail: 'libjpeg-turbo' };
  const advice = 'install libturbojpeg0 (on Ubuntu libturbojpeg)';
  return { name, state: 'warn', detail: `FFmpeg, which is slower: ${reason}; ${advice}` };
}

async function devices(): Promise<Finding[]> {
  const [dri, dev] = await Promise.all([readdir('/dev/dri').catch(() => []), readdir('/dev').catch(() => [])]);
  const graphics = dri.filter((name) => name.startsWith('renderD')).map((name) => `/dev/dri/${name}`);
  const video = dev.filter((name) => /^video\d+$/.test(name)).map((name) => `/dev/${name}`);
  return [
    { name: 'graphics devices', state: 'info', detail: graphics.join(', ') || 'none' },
    { name: 'local cameras', state: 'info', detail: video.join(', ') || 'none' },
  ];
}

async function model(settings: Settings): Promise<Finding[]> {
  const { current } = await ModelLibrary.open(settings);
  const { listProviders, openDetector } = await import('@lookout/vision/detector');
  const detector = await openDetector(current, { threads: 1 });
  try {
    const letterbox = planLetterbox(current, 640, 480, 416);
    const rgb = new Float32Array(letterbox.width * letterbox.height * 3).fill(114);
    const times: number[] = [];
    for (let run = 0; run < TIMED_RUNS; run++) {
      const options = { confidence: 0.5, iou: 0.6, maxDetections: 100 };
      times.push((await detector.detect(rgb, letterbox, 640, 480, options)).inferMs);
    }
    const median = times.sort((a, b) => a - b)[TIMED_RUNS >> 1]!;
    const size = `${letterbox.width}×${letterbox.height}`;
    const { reading } = current;
    return [
      ...(reading?.warning === undefined ? [] : [{ name: 'model', state: 'warn' as const, detail: reading.warning }]),
      {
        name: 'model',
        state: 'ok',
        detail: `${current.name} (${current.format}, ${current.classNames.length} classes)${reading ? `; ${reading.certainty}: ${reading.why}` : ''}`,
      },
      {
        name: 'inference',
        state: 'ok',
        detail: `${median.toFixed(1)} ms at ${size}, one thread, ${detector.provider}`,
      },
      { name: 'providers', state: 'info', detail: listProviders().join(', ') },
    ];
  } finally {
    await detector.close();
  }
}

/** Tries the devices that the settings ask for, ignoring what an earlier start remembered. */
async function inferenceDevice(settings: Settings): Promise<Finding> {
  const { asked, used, reason, tried } = await findDevice(settings, { recall: false });
  const state = asked === 'auto' || asked === used ? 'ok' : 'warn';
  const others = tried.filter(({ device }) => device !== used && !reason.includes(device));
  const detail = [`${used}: ${reason}`, ...others.map((one) => `${one.device}: ${one.detail}`)].join('; ');
  return { name: 'inference device', state, detail };
}

/** Whether it is writable, or can be created. Nothing is written, because a server may be using it. */
async function dataDirectory({ data }: Settings): Promise<Finding> {
  const name = 'data folder';
  for (let path = data; ; path = dirname(path)) {
    try {
      await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
      return { name, state: 'ok', detail: path === data ? data : `${data} (will be created)` };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' && dirname(path) !== path) continue;
      return { name, state: 'fail', detail: `${data} is not writable: ${code}; choose another with --data` };
    }
  }
}
