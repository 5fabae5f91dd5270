export interface OfferParts {
  /** Of the video section: a direction, or absent for none. */
  video?: 'recvonly' | 'sendonly' | 'sendrecv' | 'inactive' | undefined;
  /** `a=` lines of the video's codecs, and their payload types. */
  codecs?: string;
  payloads?: string;
  /** Further sections. */
  others?: string[];
  ice?: string;
  fingerprint?: string;
}

const FINGERPRINT = `a=fingerprint:sha-256 ${Array.from({ length: 32 }, (_, index) => (index + 16).toString(16).toUpperCase()).join(':')}`;

/** H.264 in two packetization modes and two profiles, and what browsers offer beside it. */
const CODECS = [
  'a=rtpmap:96 VP8/90000',
  'a=rtcp-fb:96 nack',
  'a=rtcp-fb:96 nack pli',
  'a=rtpmap:97 rtx/90000',
  'a=fmtp:97 apt=96',
  'a=rtpmap:102 H264/90000',
  'a=rtcp-fb:102 goog-remb',
  'a=rtcp-fb:102 transport-cc',
  'a=rtcp-fb:102 ccm fir',
  'a=rtcp-fb:102 nack',
  'a=rtcp-fb:102 nack pli',
  'a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42001f',
  'a=rtpmap:104 H264/90000',
  'a=rtcp-fb:104 nack',
  'a=rtcp-fb:104 nack pli',
  'a=fmtp:104 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  'a=rtpmap:105 rtx/90000',
  'a=fmtp:105 apt=104',
  'a=rtpmap:108 H264/90000',
  'a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=64001f',
].join('\r\n');

export const AUDIO_SECTION = [
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 0.0.0.0',
  'a=mid:audio',
  'a=recvonly',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
].join('\r\n');

/** An offer as browsers write them: what a client sends by WHEP or WHIP. */
export function sessionOffer(parts: OfferParts = {}): string {
  const { video = 'recvonly', codecs = CODECS, payloads = '96 97 102 104 105 108', others = [] } = parts;
  const { ice = 'a=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdefghijklmn', fingerprint = FINGERPRINT } = parts;
  const section = [
    `m=video 9 UDP/TLS/RTP/SAVPF ${payloads}`,
    'c=IN IP4 0.0.0.0',
    'a=candidate:1 1 udp 2113937151 10.1.2.3 51000 typ host',
    ice,
    fingerprint,
    'a=setup:actpass',
    'a=mid:video',
    `a=${video}`,
    'a=rtcp-mux',
    codecs,
  ].filter((line) => line !== '');
  const sections = 'video' in parts && parts.video === undefined ? others : [...others, section.join('\r\n')];
  const head = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE video audio'];
  return `${[...head, ...sections].join('\r\n')}\r\n`;
}
