import { readdir } from 'node:fs/promises';
import { type DeviceReport, LookoutError } from '@lookout/protocol';
import type { ProviderTrial } from '@lookout/vision/detector';

export interface DeviceChoiceOptions {
  asked: DeviceReport['asked'];
  /** Analysis workers: so many cores the processor has for inference. */
  workers: number;
  /** What `auto` may try, the likeliest first; none where the machine has nothing to try. */
  candidates: readonly string[];
  /** @throws LookoutError why it can't be used */
  trial(provider: string): Promise<ProviderTrial>;
}

/**
 * Picks what inference runs on. What was asked for is taken if it works at all, whatever its speed; of themselves only devices
 * are taken that do more than the processor with all its workers. Where nothing works the processor always does.
 */
export async function chooseDevice({ asked, workers, candidates, trial }: DeviceChoiceOptions): Promise<DeviceReport> {
  if (asked === 'cpu') return { asked, used: 'cpu', reason: 'as the settings say', tried: [] };
  const tried: DeviceReport['tried'] = [];
  for (const device of asked === 'auto' ? candidates : [asked]) {
    try {
      const { cpuMs, providerMs } = await trial(device);
      const gain = cpuMs / workers / providerMs;
      const detail = `${milliseconds(providerMs)} a picture; the processor takes ${milliseconds(cpuMs)} on each of ${workers} workers`;
      tried.push({ device, ok: true, detail });
      if (asked !== 'auto') return { asked, used: device, reason: `as the settings say: ${detail}`, tried };
      if (gain > 1) return { asked, used: device, reason: `it is ${gain.toFixed(1)} times as fast: ${detail}`, tried };
    } catch (error) {
      if (!(error instanceof LookoutError)) throw error;
      tried.push({ device, ok: false, detail: error.message });
    }
  }
  return { asked, used: 'cpu', reason: whyProcessor(asked, tried), tried };
}

/** The same report after all, where the workers could not do what the trial could. */
export function fallBack({ asked, tried, used }: DeviceReport, error: LookoutError): DeviceReport {
  const all = [...tried.filter(({ device }) => device !== used), { device: used, ok: false, detail: error.message }];
  return { asked, used: 'cpu', reason: whyProcessor(asked, all), tried: all };
}

function whyProcessor(asked: string, tried: DeviceReport['tried']): string {
  if (asked !== 'auto') return `${asked} can't be used, so it is the processor: ${tried[0]?.detail}`;
  if (tried.length === 0) return 'this machine shows no graphics device';
  const results = tried.map(({ device, detail }) => `${device}: ${detail}`);
  return `nothing is faster on this machine. ${results.join('. ')}`;
}

function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

/** Files by which Linux shows what inference could run on: graphics cards of any kind, NVIDIA's, those of Windows under WSL. */
const DEVICE_NODES: ReadonlyArray<{ directory: string; pattern: RegExp }> = [
  { directory: '/dev/dri', pattern: /^renderD\d+$/ },
  { directory: '/dev', pattern: /^(nvidia\d+|dxg)$/ },
];

/** @returns paths of devices on Linux; elsewhere the system's name, as there is always something to ask. */
export async function graphicsDevices(): Promise<string[]> {
  if (process.platform !== 'linux') return [process.platform];
  const found = await Promise.all(
    DEVICE_NODES.map(async ({ directory, pattern }) => {
      const names = await readdir(directory).catch(() => []);
      return names.filter((name) => pattern.test(name)).map((name) => `${directory}/${name}`);
    }),
  );
  return found.flat().sort();
}

/**
 * What `auto` tries, the likeliest first. Not TensorRT, which takes minutes to prepare a model.
 * @param devices as `graphicsDevices` gives them
 */
export function candidatesFor(devices: readonly string[], platform: NodeJS.Platform = process.platform): string[] {
  if (devices.length === 0) return [];
  if (platform === 'darwin') return ['coreml', 'webgpu'];
  if (platform === 'win32') return ['dml', 'webgpu'];
  return devices.some((path) => path.startsWith('/dev/nvidia')) ? ['cuda', 'webgpu'] : ['webgpu'];
}
