import { LookoutError } from '@lookout/protocol/core';
import { parse } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import { AUDIO_SECTION, type OfferParts, sessionOffer } from '../testing/session-offers.js';
import { completeAnswer } from './session-answer.js';
import { type OfferWanted, readOffer } from './session-offer.js';
import { readTrickled } from './trickle.js';

const WATCHES: OfferWanted = { client: 'receives', codecs: ['h264'] };

function refusal(sdp: string, wanted = WATCHES): LookoutError {
  try {
    readOffer(sdp, wanted);
  } catch (error) {
    if (error instanceof LookoutError) return error;
    throw error;
  }
  throw new Error('It was accepted');
}

it('reads the candidates of all sections, each once and of a bounded number', () => {
  const [candidate] = /candidate:.*/.exec(sessionOffer()) ?? [];
  const audio = `${AUDIO_SECTION}\r\na=${candidate}\r\na=candidate:2 1 udp 1 192.0.2.9 9 typ srflx raddr 0.0.0.0 rport 0`;
  const { candidates } = readOffer(sessionOffer({ others: [audio] }), WATCHES);
  expect(candidates).toEqual([candidate, 'candidate:2 1 udp 1 192.0.2.9 9 typ srflx raddr 0.0.0.0 rport 0']);
  const many = Array.from({ length: 100 }, (_, port) => `a=candidate:1 1 udp 1 192.0.2.9 ${port} typ host`);
  expect(readOffer(`${sessionOffer()}${many.join('\r\n')}\r\n`, WATCHES).candidates.length).toBe(64);
});

describe('readOffer', () => {
  it('chooses H.264 whose slices may span packets, in the profile of the camera if that is offered', () => {
    expect(readOffer(sessionOffer(), WATCHES)).toMatchObject({ codec: 'h264', payloadType: 104, section: 0 });
    expect(readOffer(sessionOffer(), { ...WATCHES, profile: '640028' }).payloadType).toBe(108);
    expect(readOffer(sessionOffer(), { ...WATCHES, profile: '4d0028' }).payloadType).toBe(104);
  });

  it('leaves only that, its retransmissions and our feedback in the reduced offer, and no addresses', () => {
    const offer = readOffer(sessionOffer({ others: [AUDIO_SECTION] }), WATCHES);
    expect(offer.section).toBe(1);
    const { media, groups } = parse(offer.reduced);
    expect(groups).toEqual([{ type: 'BUNDLE', mids: 'video' }]);
    expect(media).toHaveLength(1);
    expect(media[0]).toMatchObject({
      payloads: '104 105',
      rtcpFb: [{ type: 'nack' }, { type: 'nack', subtype: 'pli' }],
    });
    expect(media[0]).not.toHaveProperty('candidates');
  });

  it('takes what is said for the whole session', () => {
    const sdp = sessionOffer({ ice: '', fingerprint: '' }).replace(
      't=0 0\r\n',
      't=0 0\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdefghijklmn\r\na=fingerprint:sha-256 AA:BB\r\n',
    );
    expect(parse(readOffer(sdp, WATCHES).reduced).media[0]).toMatchObject({
      iceUfrag: 'abcd',
      fingerprint: { hash: 'AA:BB' },
    });
  });

  it.each<[string, string, string]>([
    ['no description', 'hello', 'not a session description'],
    ['an empty body', '', 'not a session description'],
    ['no media', 'v=0\r\ns=-\r\n', 'not a session description with media'],
    ['sound only', sessionOffer({ video: undefined, others: [AUDIO_SECTION] }), 'no video to receive'],
    ['a client that sends', sessionOffer({ video: 'sendonly' }), 'no video to receive'],
    ['a hundred sections', sessionOffer({ others: Array(100).fill(AUDIO_SECTION) }), '101 media sections'],
    ['no ICE', sessionOffer({ ice: '' }), 'no ICE user name'],
    ['an empty ICE password', sessionOffer({ ice: 'a=ice-ufrag:abcd\r\na=ice-pwd:' }), 'no ICE user name'],
    ['no fingerprint', sessionOffer({ fingerprint: '' }), 'no DTLS fingerprint'],
    ['no encryption', sessionOffer().replace('UDP/TLS/RTP/SAVPF', 'RTP/AVP'), 'expected UDP/TLS/RTP/SAVPF'],
  ])('refuses %s', (_name, sdp, message) => {
    const error = refusal(sdp);
    expect([error.code, error.message]).toEqual(['bad_request', expect.stringContaining(message)]);
  });

  it.each<[string, OfferParts, string]>([
    ['other codecs', { codecs: 'a=rtpmap:98 VP9/90000\r\na=rtpmap:99 AV1/90000', payloads: '98 99' }, 'VP9, AV1'],
    ['no codec', { codecs: '', payloads: '98' }, 'none'],
    ['H.264 in small slices only', { codecs: 'a=rtpmap:98 H264/90000', payloads: '98' }, 'H264'],
  ])('refuses %s, and says what it wants', (_name, parts, found) => {
    const error = refusal(sessionOffer(parts));
    expect(error.code).toBe('unsupported_media_type');
    expect(error.message).toBe(`The offer’s video codecs are ${found}; expected H.264`);
  });

  it('survives any single line missing', () => {
    const lines = sessionOffer({ others: [AUDIO_SECTION] }).split('\r\n');
    for (const index of lines.keys()) {
      const sdp = lines.filter((_, other) => other !== index).join('\r\n');
      try {
        readOffer(sdp, WATCHES);
      } catch (error) {
        expect(error, lines[index]).toBeInstanceOf(LookoutError);
      }
    }
  });
});

it('completeAnswer refuses the other sections in their places', () => {
  const offer = readOffer(sessionOffer({ others: [AUDIO_SECTION] }), WATCHES);
  const answered = sessionOffer({ video: 'sendonly' }).replace('a=mid:video', 'a=mid:video\r\na=ice-lite');
  const answer = parse(completeAnswer(offer, answered));
  expect(answer.media.map(({ type, port, mid, direction }) => [type, port, mid, direction])).toEqual([
    ['audio', 0, 'audio', 'inactive'],
    ['video', 9, 'video', 'sendonly'],
  ]);
  expect([answer.groups, answer.icelite]).toEqual([[{ type: 'BUNDLE', mids: 'video' }], 'ice-lite']);
});

describe('readTrickled', () => {
  it('reads candidates', () => {
    const fragment =
      'a=ice-ufrag:abcd\r\nm=video 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:1 1 udp 1 10.0.0.1 5 typ host\r\n';
    expect(readTrickled(fragment)).toEqual(['candidate:1 1 udp 1 10.0.0.1 5 typ host']);
    expect(readTrickled('a=end-of-candidates')).toEqual([]);
  });

  it.each(['{"candidate":1}', `a=candidate:${'1'.repeat(600)}`, 'a=candidate:1\r\n'.repeat(65)])(
    'refuses %.20s',
    (text) => {
      expect(() => readTrickled(text)).toThrow(LookoutError);
    },
  );
});
