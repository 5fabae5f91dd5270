import { LookoutError } from '@lookout/protocol/core';
import { type MediaDescription, parse, type SessionDescription, write } from 'sdp-transform';

/** Codecs that are passed on as they are. */
export type WebRtcCodec = 'h264' | 'vp8';

/** What the server will do with the one video section it accepts. */
export interface OfferWanted {
  /** The client's side: it watches, or it publishes. */
  readonly client: 'receives' | 'sends';
  readonly codecs: readonly WebRtcCodec[];
  /** Preferred profile of H.264, as in `profile-level-id`. */
  readonly profile?: string | undefined;
}

/** A checked offer (RFC 8829) of a client. */
export interface SessionOffer extends Pick<OfferWanted, 'client'> {
  readonly codec: WebRtcCodec;
  readonly payloadType: number;
  /** Id of the header extension that numbers all packets, if the client wants to be told when they arrive. */
  readonly arrivalExtension: number | undefined;
  /** Whether the client turns pictures for display as it is told. */
  readonly turns: boolean;
  /** The client's ICE candidates, as in `RTCIceCandidate.candidate`. Of a bounded number. */
  readonly candidates: readonly string[];
  /** The offer with the accepted video section only, with the accepted codec and its retransmissions only. */
  readonly reduced: string;
  /** The whole offer. */
  readonly description: SessionDescription;
  /** Which of its sections is accepted. */
  readonly section: number;
}

/** Browsers offer two or three; some clients offer one for each track they might get. */
const MAX_SECTIONS = 16;
/** Browsers gather a dozen. */
const MAX_CANDIDATES = 64;
const NAMES: Record<WebRtcCodec, string> = { h264: 'H264', vp8: 'VP8' };
const DIRECTIONS = { receives: ['recvonly', 'sendrecv'], sends: ['sendonly', 'sendrecv'] } as const;
/** What the transport sends and answers. Everything else, such as layers of simulcast, is left out of the session. */
const FEEDBACK = ['nack', 'nack pli', 'ccm fir'];
/** How pictures are turned for display (3GPP TS 26.114 §7.4.5). */
export const ORIENTATION = 'urn:3gpp:video-orientation';
/** How long a receiver holds pictures back to even out the network. */
export const PLAYOUT_DELAY = 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay';
const TRANSPORT_SEQUENCE = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';
const OUR_EXTENSIONS = [TRANSPORT_SEQUENCE, PLAYOUT_DELAY, ORIENTATION];

/**
 * Checks an offer and chooses its video section and codec.
 * @throws LookoutError `bad_request` if it can't be parsed or lacks something; `unsupported_media_type` if it has none of our codecs
 */
export function readOffer(sdp: string, wanted: OfferWanted): SessionOffer {
  const description = parseOffer(sdp);
  const section = description.media.findIndex(
    ({ type, port, direction = 'sendrecv' }) =>
      type === 'video' && port !== 0 && (DIRECTIONS[wanted.client] as readonly string[]).includes(direction),
  );
  const video = description.media[section];
  if (video === undefined) {
    const direction = wanted.client === 'receives' ? 'recvonly' : 'sendonly';
    throw invalid(`The offer has no video to ${wanted.client === 'receives' ? 'receive' : 'send'}`, {
      hint: `Add a video transceiver with the direction ${direction} before creating the offer.`,
    });
  }
  checkTransport(description, video);
  const chosen = chooseCodec(video, wanted);
  const reduced = write({
    ...description,
    groups: [{ type: 'BUNDLE', mids: String(video.mid) }],
    media: [reduce(description, video, chosen.payloadType)],
  });
  const arrivalExtension = wanted.client === 'sends' ? arrivalExtensionOf(video, chosen.payloadType) : undefined;
  const turns = video.ext?.some(({ uri }) => uri === ORIENTATION) ?? false;
  const candidates = candidatesOf(sdp);
  return { ...chosen, client: wanted.client, arrivalExtension, turns, candidates, reduced, description, section };
}

/** Of all sections: one transport carries them all. */
function candidatesOf(sdp: string): string[] {
  const lines = [...sdp.matchAll(/^a=(candidate:[^\r\n]{1,500})/gm)].map(([, candidate = '']) => candidate);
  return [...new Set(lines)].slice(0, MAX_CANDIDATES);
}

function parseOffer(sdp: string): SessionDescription {
  let description: SessionDescription | undefined;
  if (/^v=0\r?\n/.test(sdp)) {
    // The parser throws on some malformed lines and leaves out others.
    try {
      description = parse(sdp);
    } catch (error) {
      throw invalid('The offer is not a session description', { cause: error });
    }
  }
  if (!Array.isArray(description?.media) || description.media.length === 0)
    throw invalid('The offer is not a session description with media');
  if (description.media.length > MAX_SECTIONS)
    throw invalid(`The offer has ${description.media.length} media sections; expected at most ${MAX_SECTIONS}`);
  return description;
}

function checkTransport(description: SessionDescription, video: MediaDescription): void {
  const has = (key: 'iceUfrag' | 'icePwd' | 'fingerprint') => video[key] ?? description[key];
  if (!has('iceUfrag') || !has('icePwd')) throw invalid('The offer has no ICE user name and password');
  if (has('fingerprint') === undefined) throw invalid('The offer has no DTLS fingerprint');
  if (video.mid === undefined) throw invalid('The offer’s video section has no mid');
  if (!/SAVPF$/.test(video.protocol))
    throw invalid(`The offer’s video is ${video.protocol}; expected UDP/TLS/RTP/SAVPF`);
}

function chooseCodec(video: MediaDescription, { codecs, profile }: OfferWanted) {
  const offered = video.rtp.filter(({ codec, rate }) => codec !== 'rtx' && rate === 90_000);
  for (const codec of codecs) {
    const candidates = offered.filter((each) => each.codec.toUpperCase() === NAMES[codec]);
    const usable = codec === 'h264' ? candidates.filter(({ payload }) => isMode1(video, payload)) : candidates;
    const best = usable.find(({ payload }) => hasProfile(video, payload, profile)) ?? usable[0];
    if (best) return { codec, payloadType: best.payload };
  }
  const names = codecs.map((codec) => NAMES[codec].replace('H264', 'H.264')).join(' or ');
  const found = [...new Set(offered.map(({ codec }) => printable(codec)))].slice(0, 8).join(', ') || 'none';
  throw new LookoutError('unsupported_media_type', `The offer’s video codecs are ${found}; expected ${names}`, {
    hint: 'Use a client that supports H.264: all current browsers do.',
  });
}

function formatOf(video: MediaDescription, payload: number): string {
  return video.fmtp.find((each) => each.payload === payload)?.config ?? '';
}

/** Slices larger than a packet need mode 1 (RFC 6184 §6.3). */
function isMode1(video: MediaDescription, payload: number): boolean {
  return /packetization-mode=1/.test(formatOf(video, payload));
}

/** Same profile and constraints. Levels may differ: decoders accept more than they announce. */
function hasProfile(video: MediaDescription, payload: number, profile: string | undefined): boolean {
  const [, offered] = /profile-level-id=([\da-f]{6})/i.exec(formatOf(video, payload)) ?? [];
  return profile !== undefined && offered?.slice(0, 2).toLowerCase() === profile.slice(0, 2).toLowerCase();
}

function reduce(description: SessionDescription, video: MediaDescription, payloadType: number): MediaDescription {
  const retransmission = video.rtp.find(
    ({ codec, payload }) => codec === 'rtx' && new RegExp(`\\bapt=${payloadType}\\b`).test(formatOf(video, payload)),
  );
  const kept = [payloadType, ...(retransmission ? [retransmission.payload] : [])];
  const { iceUfrag, icePwd, fingerprint, setup } = description;
  const { simulcast: _1, simulcast_03: _2, rids: _3, candidates: _4, endOfCandidates: _5, ...rest } = video;
  return {
    ...(iceUfrag !== undefined && { iceUfrag }),
    ...(icePwd !== undefined && { icePwd }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(setup !== undefined && { setup }),
    ...rest,
    payloads: kept.join(' '),
    rtp: video.rtp.filter(({ payload }) => kept.includes(payload)),
    fmtp: video.fmtp.filter(({ payload }) => kept.includes(payload)),
    rtcpFb: (video.rtcpFb ?? []).filter(
      ({ payload, type, subtype }) =>
        payload === payloadType && FEEDBACK.includes(subtype === undefined ? type : `${type} ${subtype}`),
    ),
    ext: (video.ext ?? []).filter(({ uri }) => OUR_EXTENSIONS.includes(uri)),
  };
}

function arrivalExtensionOf(video: MediaDescription, payloadType: number): number | undefined {
  const wants = video.rtcpFb?.some(({ payload, type }) => payload === payloadType && type === 'transport-cc');
  return wants ? video.ext?.find(({ uri }) => uri === TRANSPORT_SEQUENCE)?.value : undefined;
}

function printable(text: string): string {
  return text.replace(/[^\w.-]/g, '?').slice(0, 16);
}

function invalid(message: string, options: { hint?: string; cause?: unknown } = {}): LookoutError {
  return new LookoutError('bad_request', message, options);
}
