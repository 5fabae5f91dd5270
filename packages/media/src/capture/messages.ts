import type { ErrorCode } from '@lookout/protocol';
import type { Rendered, RenderRequest } from '../frame/frame.js';
import type { AddressLimits } from '../network/address-guard.js';
import type { StreamInfo } from '../source/source.js';

/** What the main thread passes to a capture worker at its start. */
export interface CaptureWorkerData {
  url: string;
  kind: 'demux' | 'rtsp';
  loop: boolean;
  knownLength: boolean;
  rtspTransport: 'auto' | 'tcp' | 'udp';
  tlsPin: string | undefined;
  openTimeoutMs: number;
  stallTimeoutMs: number;
  limits: AddressLimits;
}

/** An error as it is sent between threads. */
export interface ErrorMessage {
  code: ErrorCode;
  message: string;
  hint: string | undefined;
  /** For a certificate that is not trusted: its pin. */
  tlsPin?: string | undefined;
}

export type ToCaptureWorker =
  | { type: 'render'; requestId: number; frameId: number; request: RenderRequest }
  | { type: 'retain'; frameId: number }
  | { type: 'release'; frameId: number }
  | { type: 'stop' };

export type FromCaptureWorker =
  | {
      type: 'frame';
      frameId: number;
      timestampMs: number;
      receivedMs: number;
      width: number;
      height: number;
      bytes: number;
    }
  | { type: 'info'; info: StreamInfo }
  | { type: 'bytes'; bytes: number }
  | { type: 'invalid'; error: ErrorMessage }
  | { type: 'rendered'; requestId: number; rendered: Rendered }
  | { type: 'not-rendered'; requestId: number; error: ErrorMessage }
  /** The last message; the worker then ends by itself. */
  | { type: 'ended'; error: ErrorMessage | undefined };
