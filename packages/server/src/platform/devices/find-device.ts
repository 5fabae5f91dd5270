import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceReport } from '@lookout/protocol';
import { EMBEDDED_MODEL, onnxRuntimeVersion } from '@lookout/vision/models';
import type { Settings } from '../config/settings.js';
import { ModelReader } from '../models/model-reader.js';
import { candidatesFor, chooseDevice, graphicsDevices } from './device-choice.js';
import { choiceKey, recallChoice, rememberChoice } from './device-memory.js';
import { tryDevice } from './device-trial.js';
export type DeviceSettings = Pick<Settings, 'device' | 'data' | 'kserve' | 'limits' | 'model' | 'workers'>;

export interface FindDeviceOptions {
  /** Use the result of the last day if nothing has changed. Default true. */
  recall?: boolean;
  /** The choice could not be stored for the next start. */
  onNotKept?: (error: Error) => void;
}

/** A requested device may compile its kernels for this long; `auto` must not delay the start as much. */
const ASKED_LIMIT_MS = 120_000;
const AUTO_LIMIT_MS = 30_000;

/**
 * Determines the inference device by trying candidates with the default model. On a machine without a graphics device, nothing
 * is tried unless requested, which saves the time.
 * @throws LookoutError if the default model can't be used at all
 */
export async function findDevice(settings: DeviceSettings, options: FindDeviceOptions = {}): Promise<DeviceReport> {
  const { device: asked, data, model, workers, kserve, limits } = settings;
  if (kserve.url !== undefined) {
    return {
      asked,
      used: 'cpu',
      reason: 'the default model runs on the KServe server, other models on the processor',
      tried: [],
    };
  }
  const devices = await graphicsDevices();
  const candidates = candidatesFor(devices);
  if (asked === 'cpu' || (asked === 'auto' && candidates.length === 0)) {
    return chooseDevice({ asked, workers, candidates: [], trial: () => Promise.reject(new Error('nothing to try')) });
  }
  const path = join(data, 'device.json');
  const key = choiceKey([asked, model, workers, devices, onnxRuntimeVersion()]);
  const recalled = options.recall === false ? undefined : await recallChoice(path, key, Date.now());
  if (recalled) return recalled;
  const modelsDir = join(data, 'models');
  const limitMs = asked === 'auto' ? AUTO_LIMIT_MS : ASKED_LIMIT_MS;
  const trial = async (provider: string) => {
    const reader = new ModelReader({ runS: limits.inference_timeout_s });
    const cpu = await reader.prepare(model ?? EMBEDDED_MODEL, modelsDir, 'cpu');
    const accelerated = await reader.prepare(model ?? EMBEDDED_MODEL, modelsDir, provider);
    return tryDevice({ provider, cpu: cpu.info, accelerated: accelerated.info }, limitMs);
  };
  const report = await chooseDevice({ asked, workers, candidates, trial });
  // A requested device that failed is tried again at the next start: the problem may have been fixed.
  if (asked === 'auto' || report.used === asked) {
    await mkdir(data, { recursive: true })
      .then(() => rememberChoice(path, key, report, Date.now()))
      .catch((error: Error) => options.onNotKept?.(error));
  }
  return report;
}
