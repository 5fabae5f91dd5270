import { Worker } from 'node:worker_threads';
import { LookoutError } from '@lookout/protocol/core';
import { UntrustedCertificateError } from '../source/tls-pin.js';
import type { DescribeDeviceOptions, OnvifDescription } from './describe-device.js';
import type { FindDevicesOptions, OnvifSearch } from './find-devices.js';
import type { OnvifOutcome, OnvifTask } from './onvif-task.js';

/** Ends a search that does not end by itself: it takes 3 s, and longer where the machine is busy. */
const FIND_DEADLINE_MS = 15_000;
/** For a whole conversation: over a dozen calls, and pictures. */
const DESCRIBE_DEADLINE_MS = 20_000;
const THREAD_LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 96 };

/**
 * Searches the networks of this machine, or one host, for ONVIF devices, for some three seconds.
 *
 * Like all of ONVIF in a thread of its own, which is ended when it takes too long or too much memory: whatever devices send, neither this
 * thread nor the process suffers from it.
 * @throws LookoutError if the network can't be searched
 */
export async function findOnvifDevices(options: FindDevicesOptions = {}): Promise<OnvifSearch> {
  return (await runTask({ kind: 'find', options }, FIND_DEADLINE_MS)) as OnvifSearch;
}

export interface DescribeOnvifOptions extends DescribeDeviceOptions {
  /** For the whole conversation, ms. Default 20 000. */
  deadlineMs?: number;
}

/**
 * Asks an ONVIF device for its streams and pictures. Nothing is sent to any host but that of `address`, least of all user and password.
 * @throws LookoutError if it can't be reached, is no ONVIF device, refuses user or password (`camera_unauthorized`), has no video
 *    (`camera_unsupported`), or does not come to an end; `UntrustedCertificateError` for a certificate to accept by its pin
 */
export async function describeOnvifDevice({
  deadlineMs = DESCRIBE_DEADLINE_MS,
  ...options
}: DescribeOnvifOptions): Promise<OnvifDescription> {
  return (await runTask({ kind: 'describe', options }, deadlineMs)) as OnvifDescription;
}

async function runTask(task: OnvifTask, deadlineMs: number): Promise<OnvifSearch | OnvifDescription> {
  // The library writes to the console; both are left unread.
  const thread = new Worker(workerUrl(), {
    ...{ workerData: task, name: 'onvif', resourceLimits: THREAD_LIMITS, stdout: true, stderr: true },
  });
  let deadline: NodeJS.Timeout | undefined;
  try {
    const outcome = await new Promise<OnvifOutcome>((resolve, reject) => {
      deadline = setTimeout(() => reject(endless(deadlineMs)), deadlineMs);
      thread.once('message', resolve);
      thread.once('error', (error) => reject(unreadable(error)));
      thread.once('exit', () => reject(unreadable(undefined)));
    });
    if (outcome.ok) return outcome.value;
    const { code, message, hint, tlsPin } = outcome;
    if (tlsPin !== undefined && hint !== undefined) throw new UntrustedCertificateError(message, hint, tlsPin);
    throw new LookoutError(code, message, hint === undefined ? {} : { hint });
  } finally {
    clearTimeout(deadline);
    // Only JavaScript runs there, so that it can be ended at any time.
    await thread.terminate();
  }
}

function endless(deadlineMs: number): LookoutError {
  return new LookoutError('camera_stalled', `The device does not come to an end within ${deadlineMs / 1000} s`, {
    hint: 'Restart it, or add the camera by the address of its stream.',
  });
}

/** What the device sent broke the thread: the library threw outside of a call, or ran out of memory. */
function unreadable(cause: unknown): LookoutError {
  return new LookoutError('source_protocol_error', "The device's answer can't be understood", {
    hint: 'It may be faulty, or not be an ONVIF device. Add the camera by the address of its stream.',
    cause,
  });
}

function workerUrl(): URL {
  const url = new URL('./onvif-worker.js', import.meta.url);
  url.pathname = url.pathname.replace('/media/src/', '/media/dist/');
  return url;
}
