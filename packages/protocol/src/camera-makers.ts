/**
 * Addresses of cameras by maker, for those who know the maker and the host, and not the path.
 *
 * Drawn from what the makers publish; firmware differs, and not all were tried. One entry a maker, in the order of its name. `{host}`
 * stands for host or host:port, and a port behind it is the default; `{part}` for what only the owner knows, which `part` describes.
 */
export interface CameraMaker {
  id: string;
  /** With other names under which the same cameras are sold. */
  name: string;
  /** Address of the full picture; absent: the camera has none, and `note` says what to do. */
  main?: string;
  /** Address of a smaller picture, for detection. */
  sub?: string;
  /** What stands for `{part}`, and an example of it. */
  part?: { label: string; example: string };
  /** What to do first, or to know. Whole sentences. */
  note?: string;
}

const DAHUA = {
  main: 'rtsp://{host}:554/cam/realmonitor?channel=1&subtype=0',
  sub: 'rtsp://{host}:554/cam/realmonitor?channel=1&subtype=1',
};
const HIKVISION = {
  main: 'rtsp://{host}:554/Streaming/Channels/101',
  sub: 'rtsp://{host}:554/Streaming/Channels/102',
};
const TP_LINK = { main: 'rtsp://{host}:554/stream1', sub: 'rtsp://{host}:554/stream2' };
const VIDEO_1_AND_2 = { main: 'rtsp://{host}:554/media/video1', sub: 'rtsp://{host}:554/media/video2' };

export const CAMERA_MAKERS: readonly CameraMaker[] = [
  { id: 'amcrest', name: 'Amcrest', ...DAHUA },
  {
    ...{ id: 'annke', name: 'Annke', ...HIKVISION },
    note: 'Recorders count channels in hundreds: the second camera is 201 and 202.',
  },
  {
    ...{ id: 'axis', name: 'Axis' },
    main: 'rtsp://{host}:554/axis-media/media.amp?videocodec=h264',
    sub: 'rtsp://{host}:554/axis-media/media.amp?videocodec=h264&resolution=640x360',
    note: 'Where 640x360 is refused, the camera has another shape: try 640x480.',
  },
  {
    ...{ id: 'bosch', name: 'Bosch' },
    main: 'rtsp://{host}:554/rtsp_tunnel?inst=1',
    sub: 'rtsp://{host}:554/rtsp_tunnel?inst=2',
    note: 'The user is one of the camera’s own: live or service.',
  },
  {
    ...{ id: 'd-link', name: 'D-Link' },
    main: 'rtsp://{host}:554/live1.sdp',
    sub: 'rtsp://{host}:554/live2.sdp',
    note: 'Older models have play1.sdp and play2.sdp. Those that work with the mydlink app alone have no RTSP.',
  },
  { id: 'dahua', name: 'Dahua', ...DAHUA, note: 'On a recorder, channel is the number of the camera.' },
  {
    ...{ id: 'esp32-cam', name: 'ESP32-CAM' },
    main: 'http://{host}:81/stream',
    note: 'The board prints its address when it starts. It serves one viewer at a time.',
  },
  {
    ...{ id: 'eufy', name: 'Eufy' },
    main: 'rtsp://{host}:554/live0',
    note: 'Some models only: switch on RTSP in the app under Storage, NAS (RTSP), where user and password are made.',
  },
  {
    ...{ id: 'ezviz', name: 'Ezviz' },
    main: 'rtsp://{host}:554/h264/ch1/main/av_stream',
    sub: 'rtsp://{host}:554/h264/ch1/sub/av_stream',
    note: 'Switch on RTSP in the app under Local service. The user is admin, the password the verification code on the label. Cameras with batteries have no RTSP.',
  },
  {
    ...{ id: 'foscam', name: 'Foscam' },
    main: 'rtsp://{host}:88/videoMain',
    sub: 'rtsp://{host}:88/videoSub',
    note: 'The port is that of the camera’s web page, or 554 on newer models.',
  },
  {
    ...{ id: 'go2rtc', name: 'go2rtc, Frigate' },
    main: 'rtsp://{host}:8554/{part}',
    part: { label: 'Name of the stream', example: 'front_door' },
    note: 'The name under streams in its configuration.',
  },
  {
    ...{ id: 'gopro', name: 'GoPro' },
    note: 'A GoPro is not opened but sends: choose “A phone or laptop”, and enter the RTMP address of that camera in the GoPro app, under Live, Other.',
  },
  {
    ...{ id: 'hanwha', name: 'Hanwha, Wisenet, Samsung' },
    main: 'rtsp://{host}:554/profile2/media.smp',
    sub: 'rtsp://{host}:554/profile3/media.smp',
    note: 'The numbers are those of the video profiles in the camera’s settings; profile 1 is MJPEG.',
  },
  {
    ...{ id: 'hikvision', name: 'Hikvision, HiLook', ...HIKVISION },
    note: 'Activate the camera with a password first. Recorders count channels in hundreds: the second camera is 201 and 202.',
  },
  {
    ...{ id: 'i-pro', name: 'i-PRO, Panasonic' },
    main: 'rtsp://{host}:554/MediaInput/h264/stream_1',
    sub: 'rtsp://{host}:554/MediaInput/h264/stream_2',
    note: 'With H.265, h265 stands in place of h264.',
  },
  {
    ...{ id: 'imou', name: 'Imou', ...DAHUA },
    note: 'The user is admin, the password the safety code on the label.',
  },
  {
    ...{ id: 'ip-webcam', name: 'IP Webcam (Android)' },
    main: 'http://{host}:8080/video',
    note: 'Start the server in the app, which shows the address.',
  },
  { id: 'lorex', name: 'Lorex', ...DAHUA, note: 'Cameras with batteries, and those with Wi-Fi alone, have no RTSP.' },
  {
    ...{ id: 'raspberry-pi', name: 'Raspberry Pi (MediaMTX)' },
    main: 'rtsp://{host}:8554/{part}',
    part: { label: 'Name of the path', example: 'cam' },
    note: 'The path in mediamtx.yml that has “source: rpiCamera”.',
  },
  {
    ...{ id: 'reolink', name: 'Reolink' },
    main: 'rtsp://{host}:554/Preview_01_main',
    sub: 'rtsp://{host}:554/Preview_01_sub',
    note: 'Switch on RTSP under Network, Advanced, Port settings. Older firmware has h264Preview_01_main and _sub. Cameras with batteries have no RTSP.',
  },
  { id: 'sony', name: 'Sony', ...VIDEO_1_AND_2 },
  {
    ...{ id: 'tapo', name: 'TP-Link Tapo', ...TP_LINK },
    note: 'Make a camera account in the app first: Settings, Advanced settings, Camera account. Cameras with batteries have no RTSP.',
  },
  {
    ...{ id: 'vigi', name: 'TP-Link VIGI', ...TP_LINK },
    note: 'The user is admin, the password that of the camera’s web page.',
  },
  {
    ...{ id: 'aircam', name: 'Ubiquiti airCam' },
    main: 'rtsp://{host}:554/live/ch00_0',
    sub: 'rtsp://{host}:554/live/ch01_0',
  },
  {
    ...{ id: 'unifi-protect', name: 'UniFi Protect' },
    main: 'rtsp://{host}:7447/{part}',
    part: { label: 'Last part of the address', example: 'aBcD1234eFgH5678' },
    note: 'In Protect, open the camera, Settings, Advanced, RTSP, and switch on a quality: it shows an address. The host is that of the console. User and password are not needed.',
  },
  {
    ...{ id: 'uniview', name: 'Uniview, UNV', ...VIDEO_1_AND_2 },
    note: 'On a recorder: /unicast/c1/s0/live and /unicast/c1/s1/live, c1 being the first camera.',
  },
  {
    ...{ id: 'vivotek', name: 'Vivotek' },
    main: 'rtsp://{host}:554/live.sdp',
    sub: 'rtsp://{host}:554/live2.sdp',
    note: 'Newer models have live1s1.sdp and live1s2.sdp.',
  },
  {
    ...{ id: 'wyze', name: 'Wyze (by wyze-bridge)' },
    main: 'rtsp://{host}:8554/{part}',
    sub: 'rtsp://{host}:8554/{part}-sub',
    part: { label: 'Name of the camera', example: 'front-door' },
    note: 'Wyze cameras have no RTSP: run docker-wyze-bridge, whose host this is. The sub stream must be switched on there.',
  },
];

export interface MakerAddresses {
  main: string;
  sub: string | undefined;
}

/**
 * The addresses of a maker's camera, without user and password.
 * @param host name or address, with or without a port; a scheme or path around it is ignored
 * @returns undefined without a host, or where something is missing
 */
export function makerAddresses(maker: CameraMaker, host: string, part = ''): MakerAddresses | undefined {
  const [, name, port] =
    /^(?:[a-z]+:\/\/)?(?:[^@/]*@)?(\[[\da-f:]+\]|[\w.-]+)(:\d+)?(?:[/?].*)?$/i.exec(host.trim()) ?? [];
  if (name === undefined || maker.main === undefined || (maker.part && part.trim() === '')) return undefined;
  const fill = (template: string) =>
    template
      .replace(/\{host\}(:\d+)?/, (_all, usual = '') => `${name}${port ?? usual}`)
      .replace('{part}', () => part.trim().split('/').map(encodeURIComponent).join('/'));
  return { main: fill(maker.main), sub: maker.sub && fill(maker.sub) };
}

/**
 * The makers whose address this seems to be, by its path: several, where they sell the same cameras.
 * @param url as typed, complete or not
 * @returns none where no maker's path is like it, or where the path is whatever the owner chose
 */
export function makersOf(url: string): CameraMaker[] {
  const path = pathOf(url);
  const has = (template: string | undefined) => template !== undefined && pathOf(template) === path;
  return path === undefined ? [] : CAMERA_MAKERS.filter(({ main, sub, part }) => !part && (has(main) || has(sub)));
}

/**
 * The address of the sub stream that belongs to this main stream, on its host, without user and password.
 * @param url as typed
 * @returns undefined where no maker can be told, or `url` is no main stream
 */
export function subStreamOf(url: string): string | undefined {
  const maker = makersOf(url).find(({ main }) => main !== undefined && pathOf(main) === pathOf(url));
  return maker && makerAddresses(maker, url)?.sub;
}

function pathOf(url: string): string | undefined {
  return /^\w+:\/\/(?:[^@/]*@)?[^/?#]+(\/[^#]+)$/.exec(url.trim())?.[1]?.toLowerCase();
}
