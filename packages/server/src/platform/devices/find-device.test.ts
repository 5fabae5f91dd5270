import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oddModel } from '@lookout/vision/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadSettings } from '../config/settings.js';
import { findDevice } from './find-device.js';

/** A Vulkan driver that computes on the processor; comes with Chromium. */
const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';

let directory: string;
let model: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-device-'));
  model = join(directory, 'odd.onnx');
  writeFileSync(model, oddModel());
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

function settings(device: string, ofModel = model) {
  const values = { '--device': device, '--model': ofModel, '--workers': '2', '--data': join(directory, 'data') };
  return loadSettings({ flags: { values }, cwd: directory });
}
const kept = () => join(directory, 'data', 'device.json');

describe('a device that is asked for', { timeout: 120_000 }, () => {
  it('is used where a driver is, and remembered; where none is, the processor is', async () => {
    vi.stubEnv('VK_ICD_FILENAMES', existsSync(softwareDriver) ? softwareDriver : '/no/driver.json');
    const report = await findDevice(settings('webgpu'));
    if (existsSync(softwareDriver)) {
      expect(report).toMatchObject({ asked: 'webgpu', used: 'webgpu', tried: [{ device: 'webgpu', ok: true }] });
      expect(JSON.parse(readFileSync(kept(), 'utf8')).report).toEqual(report);
      // Remembered: a driver that is gone is found out when the workers start.
      expect(await findDevice(settings('webgpu'))).toEqual(report);
      writeFileSync(kept(), '{"key":');
      expect((await findDevice(settings('webgpu'))).used).toBe('webgpu');
    } else {
      expect(report).toMatchObject({ asked: 'webgpu', used: 'cpu', tried: [{ device: 'webgpu', ok: false }] });
    }
  });

  it('is not used where no driver answers, and tried again the next time', async () => {
    vi.stubEnv('VK_ICD_FILENAMES', '/no/driver.json');
    const report = await findDevice(settings('webgpu'));
    expect(report).toMatchObject({
      asked: 'webgpu',
      used: 'cpu',
      tried: [{ device: 'webgpu', ok: false, detail: 'no graphics driver was found' }],
    });
    expect(existsSync(kept())).toBe(false);
  });

  it('is not used where this build does not have it', async () => {
    const other = process.platform === 'win32' ? 'coreml' : 'dml';
    const report = await findDevice(settings(other));
    expect(report.used).toBe('cpu');
    expect(report.reason).toContain('is not built for this machine');
  });

  it('is not used for a model that fails there', async () => {
    const failing = join(directory, 'failing.onnx');
    writeFileSync(failing, oddModel({ failsFrom: 1 }));
    const report = await findDevice(settings('webgpu', failing));
    expect(report).toMatchObject({ used: 'cpu', tried: [{ ok: false }] });
  });
});

it('tries nothing for a processor', async () => {
  expect(await findDevice(settings('cpu'))).toEqual({
    asked: 'cpu',
    used: 'cpu',
    reason: 'set in the settings',
    tried: [],
  });
});
