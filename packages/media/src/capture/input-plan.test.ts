import { LookoutError } from '@lookout/protocol/core';
import { expect, it } from 'vitest';
import { InputFormat } from '../codec/native.js';
import { planInput } from './input-plan.js';

it.each([
  ['/data/clip one.mp4', '', 'file', 'recorded'],
  ['file:///data/clip%20one.mp4', '', 'file', 'recorded'],
  ['http://cam/a.mp4', '', 'http', 'unknown'],
  ['https://cam/live.m3u8?token=1', '', 'https', 'unknown'],
  ['rtmp://cam/live/x', 'rtmp://cam/live/x', 'rtmp', 'live'],
  ['srt://cam:9000', 'srt://cam:9000', 'srt', 'live'],
  ['rtsp://cam/x', 'rtsp://cam/x', 'rtsp/tcp', 'live'],
  ['/dev/video0', '/dev/video0', 'device', 'live'],
])('plans %s', (url, input, transport, pace) => {
  expect(planInput(url)).toMatchObject({ input, transport, pace });
});

it('lists formats that this FFmpeg has', () => {
  for (const format of planInput('/data/a').options.format_whitelist!.split(','))
    expect(InputFormat.findInputFormat(format)?.name?.split(','), format).toContain(format);
});

it('knows the path of a file', () => {
  expect(planInput('file:///data/clip%20one.mp4').path).toBe('/data/clip one.mp4');
  expect(planInput('http://cam/a.mp4').path).toBeUndefined();
});

it('asks a device for MJPEG, then for whatever it has, and at last for no rate', () => {
  const { options, otherOptions = [] } = planInput('/dev/video0');
  const tries = [options, ...otherOptions].map(({ input_format, framerate }) => ({ input_format, framerate }));
  expect(tries).toEqual([{ input_format: 'mjpeg', framerate: '60' }, { framerate: '60' }, {}]);
});

it.each(['http://cam/a', '/data/a.txt'])('leaves nothing for FFmpeg to open of %s', (url) => {
  const { protocol_whitelist, format_whitelist } = planInput(url).options;
  expect(protocol_whitelist).toBe('none');
  for (const format of ['hls', 'dash', 'rtsp', 'sdp', 'concat', 'image2', 'tty', 'lavfi', 'imf'])
    expect(format_whitelist!.split(',')).not.toContain(format);
});

it('lets no remote stream open local files', () => {
  for (const url of ['http://cam/a.mp4', 'http://cam/live.m3u8', 'rtmp://cam/a', 'srt://cam:1', 'rtsp://cam/x']) {
    expect(planInput(url).options.protocol_whitelist!.split(',')).not.toContain('file');
  }
});

it.each([
  'concat:/etc/passwd|/etc/group',
  'subfile,,start,0,end,9,,:/etc/passwd',
  'gopher://x',
  'pipe:0',
  'clip.mp4',
  '',
])('refuses %j', (url) => {
  expect(() => planInput(url)).toThrow(LookoutError);
});

it('gives FFmpeg the credentials of RTMP as they are to be sent', () => {
  expect(planInput('rtmp://me:50%25%40home@h/live?a=%20@').input).toBe('rtmp://me:50%@home@h/live?a=%20@');
  expect(planInput('rtmp://me:50%@home@h/live').input).toBe('rtmp://me:50%@home@h/live');
  expect(planInput('rtmp://h/a@b').input).toBe('rtmp://h/a@b');
  expect(() => planInput('rtmp://me:a%2Fb@h/live')).toThrow('/, ? or #');
});
