import type { ErrorCode } from '@lookout/protocol';
import type { EncodedFormat, EncodedPacket } from '../encoded/encoded-packet.js';
import type { Rendered, RenderRequest } from '../frame/frame.js';
import type { AddressLimits } from '../network/address-guard.js';
import type { DecodeDevice, EncodedReport, SourceDemand, StreamInfo } from '../source/source.js';

/** What the main thread passes to a capture worker at its start. */
export type CaptureWorkerData = (ReadingData | { kind: 'packets' }) & { demand: SourceDemand; decode: DecodeDevice };

export interface ReadingData {
  kind: 'demux' | 'rtsp';
  url: string;
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

/** A packet on its way between threads; its data is transferred. The format only if it differs from that of the packet before. */
export interface PacketMessage {
  type: 'packet';
  packet: Omit<EncodedPacket, 'format'>;
  format?: EncodedFormat;
}

export type ToCaptureWorker =
  | PacketMessage
  | { type: 'confirmed'; packets: number }
  | { type: 'demand'; demand: SourceDemand }
  | { type: 'render'; requestId: number; frameId: number; request: RenderRequest }
  | { type: 'retain'; frameId: number }
  | { type: 'release'; frameId: number }
  | { type: 'stop' };

export type FromCaptureWorker =
  | {
      type: 'frame';
      frameId: number;
      mediaMs: number;
      timestampMs: number;
      receivedMs: number;
      width: number;
      height: number;
      bytes: number;
    }
  | PacketMessage
  | { type: 'confirmed'; packets: number }
  | { type: 'info'; info: StreamInfo }
  | { type: 'encoded'; report: EncodedReport }
  | { type: 'bytes'; bytes: number }
  | { type: 'invalid'; error: ErrorMessage }
  | { type: 'rendered'; requestId: number; rendered: Rendered }
  | { type: 'not-rendered'; requestId: number; error: ErrorMessage }
  /** The last message; the worker then ends by itself. */
  | { type: 'ended'; error: ErrorMessage | undefined };
