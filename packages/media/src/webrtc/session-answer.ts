import { type MediaDescription, parse, type SessionDescription, write } from 'sdp-transform';
import type { SessionOffer } from './session-offer.js';

/**
 * The answer to the whole offer: the section that was accepted, and the others refused.
 * @param answered the transport's answer to the reduced offer
 */
export function completeAnswer(offer: SessionOffer, answered: string): string {
  const { description, section } = offer;
  const answer = parse(answered);
  const [accepted] = answer.media;
  if (accepted === undefined) throw new TypeError('The transport answered without media');
  const { icelite, ...video } = accepted as MediaDescription & Pick<SessionDescription, 'icelite'>;
  return write({
    ...answer,
    // RFC 8839 §5.3: of the session, where browsers look for it.
    ...(icelite !== undefined && { icelite }),
    groups: [{ type: 'BUNDLE', mids: String(video.mid) }],
    media: description.media.map((offered, index) =>
      index === section ? withArrivals(video, offer) : refusalOf(offered),
    ),
  });
}

/** Reports of arrivals are ours, not the transport's. */
function withArrivals(video: MediaDescription, { arrivalExtension, payloadType }: SessionOffer): MediaDescription {
  if (arrivalExtension === undefined) return video;
  return { ...video, rtcpFb: [...(video.rtcpFb ?? []), { payload: payloadType, type: 'transport-cc' }] };
}

function refusalOf({ type, protocol, payloads, mid }: MediaDescription): MediaDescription {
  return {
    type,
    protocol,
    port: 0,
    rtp: [],
    fmtp: [],
    direction: 'inactive',
    ...(payloads !== undefined && { payloads }),
    ...(mid !== undefined && { mid }),
  };
}
