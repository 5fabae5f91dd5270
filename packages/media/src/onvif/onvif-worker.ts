import { parentPort, workerData } from 'node:worker_threads';
import { LookoutError } from '@lookout/protocol/core';
import { networkError } from '../source/connection-error.js';
import { UntrustedCertificateError } from '../source/tls-pin.js';
import { describeDevice } from './describe-device.js';
import { findDevices } from './find-devices.js';
import type { OnvifOutcome, OnvifTask } from './onvif-task.js';

/** The thread for one search, or one conversation with one device. */

const task = workerData as OnvifTask;
parentPort?.postMessage(await run());

async function run(): Promise<OnvifOutcome> {
  try {
    const value = task.kind === 'find' ? await findDevices(task.options) : await describeDevice(task.options);
    return { ok: true, value };
  } catch (error) {
    const { code, message, hint } = shown(error);
    const tlsPin = error instanceof UntrustedCertificateError ? error.tlsPin : undefined;
    return { ok: false, code, message, hint, tlsPin };
  }
}

function shown(error: unknown): LookoutError {
  if (error instanceof LookoutError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const host = (task.kind === 'find' && task.options.host) || 'the local network';
  const network = networkError(code, { host, port: 3702, portHint: '' });
  if (network) return network;
  // Told to nobody but the log: what failed is ours.
  throw error;
}
