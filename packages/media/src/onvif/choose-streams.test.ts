import { describe, expect, it } from 'vitest';
import { chooseStreams, readProfiles, type VideoProfile } from './choose-streams.js';

const profile = (token: string, codec: string, width: number | null, source = 's'): VideoProfile => ({
  ...{ token, name: token, source, codec, width, height: width === null ? null : (width * 9) / 16, fps: 25 },
});
const chosen = (...profiles: VideoProfile[]) =>
  chooseStreams(profiles).map(({ main, sub }) => [main.token, sub?.token ?? null]);

describe('the streams of a device', () => {
  it('are the largest, and the smallest that detection needs', () => {
    const all = [1280, 640, 1920, 320].map((width) => profile(`p${width}`, 'h264', width));
    expect(chosen(...all)).toEqual([['p1920', 'p640']]);
  });

  it('are H.264 or H.265 where there is either', () => {
    expect(chosen(profile('jpeg', 'mjpeg', 3840), profile('small', 'hevc', 640))).toEqual([['small', null]]);
    expect(chosen(profile('jpeg', 'mjpeg', 1920), profile('small', 'mjpeg', 640))).toEqual([['jpeg', 'small']]);
  });

  it('have no sub where no other is smaller', () => {
    expect(chosen(profile('a', 'h264', 1920), profile('b', 'h264', 1920))).toEqual([['a', null]]);
    expect(chosen(profile('a', 'h264', null), profile('b', 'h264', null))).toEqual([['a', null]]);
    expect(chosen(profile('a', 'h264', 1920), profile('b', 'h264', 352))).toEqual([['a', 'b']]);
  });

  it('belong to one video source each', () => {
    const left = [profile('l1', 'h264', 1920, 'left'), profile('l2', 'h264', 640, 'left')];
    expect(chosen(...left, profile('r1', 'h264', 1280, 'right'))).toEqual([
      ['l1', 'l2'],
      ['r1', null],
    ]);
  });
});

describe('profiles', () => {
  it.each([undefined, 'x', {}, [null], [{}], [{ $: 1, videoEncoderConfiguration: [] }], [{ $: { token: 'a' } }]])(
    'are none in %j',
    (answer) => expect(readProfiles(answer)).toEqual([]),
  );

  it('are read as the library gives them', () => {
    const answer = [
      {
        $: { token: 7 },
        name: { _: 'Main\n', $: {} },
        videoSourceConfiguration: { sourceToken: 1 },
        videoEncoderConfiguration: { encoding: 'H265', resolution: { width: 1920, height: 'x' }, rateControl: '' },
      },
    ];
    expect(readProfiles(answer)).toEqual([
      { token: '7', name: 'Main', source: '1', codec: 'hevc', width: 1920, height: null, fps: null },
    ]);
  });
});
