import { describe, expect, it } from 'vitest';
import { NewCamera } from './camera.js';
import { CAMERA_MAKERS, makerAddresses, makersOf, subStreamOf } from './camera-makers.js';

const maker = (id: string) => CAMERA_MAKERS.find((each) => each.id === id)!;

describe('every maker', () => {
  it('has an id and a name of its own, in the order of names', () => {
    expect(new Set(CAMERA_MAKERS.map(({ id }) => id)).size).toBe(CAMERA_MAKERS.length);
    const names = CAMERA_MAKERS.map(({ name }) => name.toLowerCase());
    expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b, 'en')));
  });

  it.each(CAMERA_MAKERS.filter(({ main }) => main))('$name has addresses that cameras can have', (each) => {
    const found = makerAddresses(each, '192.168.1.20', 'x');
    expect(found?.main).toMatch(/^(?:rtsp|http):\/\/192\.168\.1\.20:\d+\//);
    expect(NewCamera.safeParse({ url: found?.main, sub_url: found?.sub }).success).toBe(true);
    expect(`${found?.main}${found?.sub}`).not.toMatch(/[{}]/);
    expect(found?.main).not.toBe(found?.sub);
  });

  it('says what to do where it has no address', () => {
    for (const { main, note } of CAMERA_MAKERS) expect(main ?? note).toBeTruthy();
  });
});

describe('addresses', () => {
  it.each([
    ['192.168.1.20', 'rtsp://192.168.1.20:554/stream1'],
    [' camera.local ', 'rtsp://camera.local:554/stream1'],
    ['192.168.1.20:8554', 'rtsp://192.168.1.20:8554/stream1'],
    ['[fd00::7]', 'rtsp://[fd00::7]:554/stream1'],
    ['http://192.168.1.20/', 'rtsp://192.168.1.20:554/stream1'],
    ['rtsp://me:secret@camera:1554/x', 'rtsp://camera:1554/stream1'],
  ])('on %s are %s', (host, main) => expect(makerAddresses(maker('tapo'), host)?.main).toBe(main));

  it.each(['', ' ', 'two words', 'a@b@c'])('are none on “%s”', (host) => {
    expect(makerAddresses(maker('tapo'), host)).toBeUndefined();
  });

  it('contain what only the owner knows, percent-encoded', () => {
    expect(makerAddresses(maker('wyze'), 'nas', 'front $& door')).toEqual({
      main: 'rtsp://nas:8554/front%20%24%26%20door',
      sub: 'rtsp://nas:8554/front%20%24%26%20door-sub',
    });
    expect(makerAddresses(maker('wyze'), 'nas')).toBeUndefined();
  });
});

it.each([
  ['rtsp://a:b@10.0.0.2:554/Streaming/channels/102', ['annke', 'hikvision']],
  ['rtsp://10.0.0.2/cam/realmonitor?channel=1&subtype=0', ['amcrest', 'dahua', 'imou', 'lorex']],
  ['rtsp://10.0.0.2/Preview_01_main', ['reolink']],
  ['rtsp://10.0.0.2/cam', []],
  ['rtsp://10.0.0.2', []],
  ['', []],
])('%s is of %s', (url, ids) => expect(makersOf(url).map((each) => each.id)).toEqual(ids));

it.each([
  ['rtsp://a:b@10.0.0.2:1554/Streaming/Channels/101', 'rtsp://10.0.0.2:1554/Streaming/Channels/102'],
  ['rtsp://10.0.0.2/Streaming/Channels/102', undefined],
  ['rtsp://10.0.0.2/live0', undefined],
  ['http://10.0.0.2:81/stream', undefined],
])('the sub stream of %s is %s', (url, sub) => expect(subStreamOf(url)).toBe(sub));
