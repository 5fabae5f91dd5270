import { LookoutError } from '@lookout/protocol/core';
import { describe, expect, it } from 'vitest';
import { chooseVideoTrack, OtherCodecError } from './session-description.js';

const HEAD = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=Camera', 't=0 0'];
const sdp = (...lines: string[]) => [...HEAD, ...lines, ''].join('\r\n');

describe('chooseVideoTrack', () => {
  it('reads H.264 with its parameter sets, skips audio', () => {
    const { track, sessionControl } = chooseVideoTrack(
      sdp(
        'a=control:*',
        ...['m=audio 0 RTP/AVP 0', 'a=control:trackID=0'],
        ...['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=framerate:25.0', 'a=x-dimensions:1280,720'],
        'a=fmtp:96 packetization-mode=1;profile-level-id=420029; sprop-parameter-sets=Z0IAKeKQFAe2AtwEBAaQeJEV,AAAAAWjOPIA=',
        'a=control:trackID=1',
      ),
    );
    expect(sessionControl).toBe('*');
    expect(track).toMatchObject({
      codec: 'h264',
      payloadType: 96,
      clockRate: 90_000,
      control: 'trackID=1',
      fps: 25,
      width: 1280,
      height: 720,
    });
    // A start code that does not belong there is taken off.
    expect(track.parameterSets.map((nal) => nal[0])).toEqual([0x67, 0x68]);
  });

  it('reads HEVC and static JPEG', () => {
    const hevc = chooseVideoTrack(
      sdp(
        'm=video 0 RTP/AVP 97',
        'a=rtpmap:97 H265/90000',
        'a=fmtp:97 sprop-vps=QAEM;sprop-sps=QgEB;sprop-pps=RAHB;sprop-max-don-diff=2',
      ),
    ).track;
    expect(hevc).toMatchObject({ codec: 'hevc', usesDonl: true });
    expect(hevc.parameterSets.map((nal) => (nal[0]! >> 1) & 0x3f)).toEqual([32, 33, 34]);
    expect(chooseVideoTrack(sdp('m=video 0 RTP/AVP 26', 'a=control:rtsp://h/1')).track).toMatchObject({
      codec: 'mjpeg',
      payloadType: 26,
      control: 'rtsp://h/1',
    });
  });

  it('takes the first of several tracks that it can read', () => {
    const { track } = chooseVideoTrack(
      sdp(
        ...['m=video 0 RTP/AVP 96', 'a=rtpmap:96 MP4V-ES/90000'],
        ...['m=video 0 RTP/AVP 97', 'a=rtpmap:97 h264/90000', 'a=control:b'],
        ...['m=video 0 RTP/AVP 98', 'a=rtpmap:98 H265/90000'],
      ),
    );
    expect(track).toMatchObject({ codec: 'h264', payloadType: 97, control: 'b' });
  });

  it.each([
    ['names an unknown codec', ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 VP8/90000'], /VP8/],
    ['names encryption', ['m=video 0 RTP/SAVP 96', 'a=rtpmap:96 H264/90000'], /SRTP/],
    [
      'names interleaved packetization',
      ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=fmtp:96 packetization-mode=2'],
      /interleaved/,
    ],
    ['tells when there is no video', ['m=audio 0 RTP/AVP 0'], /no video/],
    ['tells when there is nothing', [], /no video/],
  ])('%s', (_name, lines, message) => {
    const choose = () => chooseVideoTrack(sdp(...lines));
    expect(choose).toThrowError(expect.objectContaining({ code: 'camera_unsupported' }));
    expect(choose).toThrowError(message);
  });

  it.each([
    ['VP8', 'a=rtpmap:96 VP8/90000', true],
    ['MPEG-4, in lower case', 'a=rtpmap:96 mp4v-es/90000', true],
    ['MPEG-TS, by its static payload type', '', true],
    ['a codec that nobody knows', 'a=rtpmap:96 FOO/90000', false],
  ])('leaves to FFmpeg what that reads: %s', (_, map, isOther) => {
    const choose = () => chooseVideoTrack(sdp(`m=video 0 RTP/AVP ${map === '' ? 33 : 96}`, map));
    expect(choose).toThrow(LookoutError);
    if (isOther) expect(choose).toThrow(OtherCodecError);
    else expect(choose).not.toThrow(OtherCodecError);
  });

  it('finds the video behind a thousand other tracks', () => {
    const others = Array.from({ length: 1000 }, (_, i) => ['m=audio 0 RTP/AVP 0', `a=control:${i}`]).flat();
    const lines = [...others, 'm=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=control:v'];
    expect(chooseVideoTrack(sdp(...lines)).track).toMatchObject({ codec: 'h264', control: 'v' });
  });

  it.each(['', 'not a description', '\0'.repeat(1000), `a=fmtp:96 ${';'.repeat(60_000)}`])(
    'refuses rubbish with an error of ours',
    (text) => {
      expect(() => chooseVideoTrack(text)).toThrowError(expect.objectContaining({ name: 'LookoutError' }));
    },
  );
});
