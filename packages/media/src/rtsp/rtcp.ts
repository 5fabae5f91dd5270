import type { RtpPacket } from './depacketizer.js';

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const BYE = 203;

export interface SenderReport {
  readonly ssrc: number;
  /** Middle 32 bits of the sender's NTP time. */
  readonly ntpMiddle: number;
  /** The RTP timestamp of that same moment. */
  readonly rtpTimestamp: number;
}

export interface RtcpSummary {
  readonly senderReport: SenderReport | undefined;
  /** Sources that sent BYE. */
  readonly byes: readonly number[];
}

/** Reads what is needed from a compound RTCP packet (RFC 3550 §6); stops at a malformed part. */
export function parseRtcp(bytes: Uint8Array): RtcpSummary {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let senderReport: RtcpSummary['senderReport'];
  const byes: number[] = [];
  for (let at = 0; at + 4 <= bytes.length && bytes[at]! >> 6 === 2; ) {
    const type = bytes[at + 1]!;
    const end = at + 4 + 4 * view.getUint16(at + 2);
    if (end > bytes.length) break;
    if (type === SENDER_REPORT && end - at >= 20) {
      senderReport = {
        ssrc: view.getUint32(at + 4),
        ntpMiddle: view.getUint32(at + 10),
        rtpTimestamp: view.getUint32(at + 16),
      };
    } else if (type === BYE) {
      const count = bytes[at]! & 0x1f;
      for (let index = 0; index < count && at + 8 + 4 * index <= end; index += 1)
        byes.push(view.getUint32(at + 4 + 4 * index));
    }
    at = end;
  }
  return { senderReport, byes };
}

/** Statistics of one sender for receiver reports (RFC 3550 §A.3, §A.8). */
export class ReceptionStatistics {
  readonly #clockRate: number;
  readonly #ownSsrc: number;
  #ssrc: number | undefined;
  #first = 0;
  #highest = 0;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #jitter = 0;
  #transit: number | undefined;
  #senderReport: { ntpMiddle: number; arrivalMs: number } | undefined;

  /** @param ownSsrc our identifier in reports, 32 bits. */
  constructor(clockRate: number, ownSsrc: number) {
    this.#clockRate = clockRate;
    this.#ownSsrc = ownSsrc;
  }

  /** The sender, once known. */
  get ssrc(): number | undefined {
    return this.#ssrc;
  }

  onPacket(packet: RtpPacket, arrivalMs: number): void {
    if (this.#ssrc !== packet.ssrc) this.#begin(packet);
    const ahead = ((packet.sequenceNumber - this.#highest) << 16) >> 16;
    if (ahead > 0) this.#highest += ahead;
    this.#received += 1;
    const transit = (arrivalMs * this.#clockRate) / 1000 - packet.timestamp;
    const difference = Math.abs(transit - (this.#transit ?? transit));
    // The difference is larger than this when a timestamp wrapped or restarted, which is not jitter.
    if (difference < this.#clockRate) this.#jitter += (difference - this.#jitter) / 16;
    this.#transit = transit;
  }

  /** @param report of this sender. */
  onSenderReport(report: SenderReport, arrivalMs: number): void {
    this.#senderReport = { ntpMiddle: report.ntpMiddle, arrivalMs };
  }

  /** A compound packet: receiver report and source description. */
  report(nowMs: number): Buffer {
    const known = this.#ssrc !== undefined;
    const report = Buffer.alloc(known ? 32 : 8);
    report[0] = 0x80 | (known ? 1 : 0);
    report[1] = RECEIVER_REPORT;
    report.writeUInt16BE(report.length / 4 - 1, 2);
    report.writeUInt32BE(this.#ownSsrc, 4);
    if (known) this.#writeBlock(report, nowMs);
    return Buffer.concat([report, this.#sourceDescription()]);
  }

  #writeBlock(report: Buffer, nowMs: number): void {
    const expected = this.#highest - this.#first + 1;
    const lost = expected - this.#received;
    const expectedSince = expected - this.#expectedBefore;
    const lostSince = expectedSince - (this.#received - this.#receivedBefore);
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    report.writeUInt32BE(this.#ssrc ?? 0, 8);
    report[12] = expectedSince > 0 && lostSince > 0 ? Math.min(255, Math.floor((lostSince * 256) / expectedSince)) : 0;
    report.writeIntBE(Math.max(-0x800000, Math.min(0x7fffff, lost)), 13, 3);
    report.writeUInt32BE(this.#highest >>> 0, 16);
    report.writeUInt32BE(Math.min(0xffffffff, Math.floor(this.#jitter)), 20);
    if (!this.#senderReport) return;
    report.writeUInt32BE(this.#senderReport.ntpMiddle, 24);
    const delay = Math.round(((nowMs - this.#senderReport.arrivalMs) * 65_536) / 1000);
    report.writeUInt32BE(Math.max(0, Math.min(0xffffffff, delay)), 28);
  }

  /** A CNAME that says nothing about the machine (RFC 7022: random per session). */
  #sourceDescription(): Buffer {
    const name = this.#ownSsrc.toString(16).padStart(8, '0');
    const packet = Buffer.alloc(20); // header, SSRC, item of 2 + 8 bytes, end padded to 4
    packet[0] = 0x81;
    packet[1] = SOURCE_DESCRIPTION;
    packet.writeUInt16BE(packet.length / 4 - 1, 2);
    packet.writeUInt32BE(this.#ownSsrc, 4);
    packet[8] = 1;
    packet[9] = name.length;
    packet.write(name, 10, 'latin1');
    return packet;
  }

  #begin(packet: RtpPacket): void {
    this.#ssrc = packet.ssrc;
    this.#first = packet.sequenceNumber;
    this.#highest = packet.sequenceNumber;
    this.#received = 0;
    this.#expectedBefore = 0;
    this.#receivedBefore = 0;
    this.#jitter = 0;
    this.#transit = undefined;
    this.#senderReport = undefined;
  }
}
