import { readdir } from 'node:fs/promises';
import { type DeviceReport, LookoutError } from '@lookout/protocol';
import type { ProviderTrial } from '@lookout/vision/detector';

export interface DeviceChoiceOptions {
  asked: DeviceReport['asked'];
  /** Number of analysis workers, i.e. of cores used for inference on the CPU. */
  workers: number;
  /** Devices that `auto` may try, most likely first; empty if the machine has none. */
  candidates: readonly string[];
  /** @throws LookoutError if the provider can't be used */
  trial(provider: string): Promise<ProviderTrial>;
}

/**
 * Chooses the inference device. A requested device is used if it works, whatever its speed; `auto` uses another device only if
 * it is faster than the CPU with all workers. Falls back to the CPU.
 */
export async function chooseDevice({ asked, workers, candidates, trial }: DeviceChoiceOptions): Promise<DeviceReport> {
  if (asked === 'cpu') return { asked, used: 'cpu', reason: 'set in the settings', tried: [] };
  const tried: DeviceReport['tried'] = [];
  for (const device of asked === 'auto' ? candidates : [asked]) {
    try {
      const { cpuMs, providerMs } = await trial(device);
      const gain = cpuMs / workers / providerMs;
      const detail = `${milliseconds(providerMs)} per image; the processor takes ${milliseconds(cpuMs)} on each of ${workers} workers`;
      tried.push({ device, ok: true, detail });
      if (asked !== 'auto') return { asked, used: device, reason: `set in the settings: ${detail}`, tried };
      if (gain > 1) return { asked, used: device, reason: `it is ${gain.toFixed(1)} times as fast: ${detail}`, tried };
    } catch (error) {
      if (!(error instanceof LookoutError)) throw error;
      tried.push({ device, ok: false, detail: error.message });
    }
  }
  return { asked, used: 'cpu', reason: whyProcessor(asked, tried), tried };
}

/** The report after the workers failed on a device that had passed its trial. */
export function fallBack({ asked, tried, used }: DeviceReport, error: LookoutError): DeviceReport {
  const all = [...tried.filter(({ device }) => device !== used), { device: used, ok: false, detail: error.message }];
  return { asked, used: 'cpu', reason: whyProcessor(asked, all), tried: all };
}

function whyProcessor(asked: string, tried: DeviceReport['tried']): string {
  if (asked !== 'auto') return `${asked} can't be used, falling back to the processor: ${tried[0]?.detail}`;
  if (tried.length === 0) return 'no graphics device was found on this machine';
  const results = tried.map(({ device, detail }) => `${device}: ${detail}`);
  return `no other device is faster on this machine. ${results.join('. ')}`;
}

function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

/** Device files of graphics cards on Linux: any vendor's, NVIDIA's, and those of Windows under WSL. */
const DEVICE_NODES: ReadonlyArray<{ directory: string; pattern: RegExp }> = [
  { directory: '/dev/dri', pattern: /^renderD\d+$/ },
  { directory: '/dev', pattern: /^(nvidia\d+|dxg)$/ },
];

/** @returns device paths on Linux; elsewhere the platform's name, as its providers are always worth a try */
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
 * Providers that `auto` tries, most likely first. Not TensorRT, which takes minutes to prepare a model.
 * @param devices from `graphicsDevices`
 */
export function candidatesFor(devices: readonly string[], platform: NodeJS.Platform = process.platform): string[] {
  if (devices.length === 0) return [];
  if (platform === 'darwin') return ['coreml', 'webgpu'];
  if (platform === 'win32') return ['dml', 'webgpu'];
  return devices.some((path) => path.startsWith('/dev/nvidia')) ? ['cuda', 'webgpu'] : ['webgpu'];
}
