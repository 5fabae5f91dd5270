import type { ErrorCode } from '@lookout/protocol';
import type { DescribeDeviceOptions, OnvifDescription } from './describe-device.js';
import type { FindDevicesOptions, OnvifSearch } from './find-devices.js';

/** What one ONVIF thread is started for, and ends with. */
export type OnvifTask =
  | { kind: 'find'; options: FindDevicesOptions }
  | { kind: 'describe'; options: DescribeDeviceOptions };

export type OnvifOutcome =
  | { ok: true; value: OnvifSearch | OnvifDescription }
  | { ok: false; code: ErrorCode; message: string; hint: string | undefined; tlsPin: string | undefined };
