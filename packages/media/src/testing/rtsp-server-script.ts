/** Options of the script, as JSON in its first argument. */
export interface RtspServerScriptOptions {
  codec: 'h264' | 'hevc' | 'mjpeg' | 'vp8';
  width: number;
  height: number;
  fps: number;
  /** Frames between keyframes. */
  keyframeInterval: number;
  /** H.264: B-frames between two others; 0 encodes without delay. */
  bFrames: number;
  path: string;
  /** Where pictures are passed to the server: a path for a Unix socket that does not exist yet. */
  socketPath: string;
  port: number;
  protocols: 'all' | 'tcp' | 'udp';
  authentication: { kind: 'basic' | 'digest'; username: string; password: string } | null;
  /** Absolute path of a video file to send instead of the clock pictures. */
  clip: string | null;
  /** `clock`: the pictures contain the time; `ball`: GStreamer's test pictures, with perfectly even timestamps. */
  pictures: 'clock' | 'ball';
  /** H.264: send parameter sets in the stream with every keyframe, not only in the session description. */
  inBandParameterSets: boolean;
  /** End the stream after this many frames; 0: never. */
  frames: number;
}

/**
 * A real RTSP server, gst-rtsp-server driven from GJS. It prints one line of JSON with its port when ready, and ends when its standard
 * input does, so that it never outlives the process that started it.
 *
 * Without a clip it draws its own pictures: a moving texture, with the time the picture was made in the top rows (see `clock-code.ts`). The
 * time is taken right before the picture enters the encoder.
 */
export const RTSP_SERVER_SCRIPT = `
imports.gi.versions.Gst = '1.0';
imports.gi.versions.GstApp = '1.0';
imports.gi.versions.GstRtsp = '1.0';
imports.gi.versions.GstRtspServer = '1.0';
const { GLib, Gst, GstRtsp, GstRtspServer } = imports.gi;

const options = JSON.parse(ARGV[0]);
const { codec, width, height, fps } = options;

Gst.init(null);
// Without 'zerolatency', only what B-frames need is held back.
const x264 = options.bFrames > 0
  ? 'rc-lookahead=0 sync-lookahead=0 mb-tree=false b-adapt=false bframes=' + options.bFrames
  : 'tune=zerolatency';
const encoders = {
  h264: 'x264enc ' + x264 + ' speed-preset=ultrafast key-int-max=' + options.keyframeInterval,
  hevc: 'x265enc tune=zerolatency speed-preset=ultrafast key-int-max=' + options.keyframeInterval,
  mjpeg: 'jpegenc quality=80',
  vp8: 'vp8enc deadline=1 cpu-used=16 keyframe-max-dist=' + options.keyframeInterval,
};
const payloaders = {
  // As byte-stream x264 repeats its parameter sets at keyframes; as avc it gives them once, for the description.
  h264:
    'video/x-h264,stream-format=' + (options.inBandParameterSets ? 'byte-stream' : 'avc') +
    // The payloader would agree to the baseline profile, which has no B-frames.
    (options.bFrames > 0 ? ',profile=main' : '') +
    ' ! rtph264pay name=pay0 pt=96 config-interval=0',
  hevc: 'h265parse ! video/x-h265,stream-format=hvc1 ! rtph265pay name=pay0 pt=96 config-interval=-1',
  mjpeg: 'rtpjpegpay name=pay0 pt=26',
  vp8: 'rtpvp8pay name=pay0 pt=96',
};
const raw = 'video/x-raw,format=I420,width=' + width + ',height=' + height + ',framerate=' + fps + '/1';
// The server works in threads of its own, where JavaScript can not be called. So the pictures come from a pipeline of their
// own, driven from here, by way of shared memory.
const pictures = options.clip || options.pictures === 'ball' ? null : startPictures();
const input = options.clip
  ? 'filesrc location=' + JSON.stringify(options.clip) + ' ! decodebin ! videoconvert ! videoscale ! videorate ! ' + raw
  : options.pictures === 'ball'
  ? 'videotestsrc is-live=true pattern=ball ! ' + raw
  : 'shmsrc socket-path=' + options.socketPath + ' is-live=true do-timestamp=true ! ' + raw;
const end = options.frames > 0 ? ' ! identity eos-after=' + options.frames : '';

const factory = GstRtspServer.RTSPMediaFactory.new();
factory.set_shared(true);
factory.set_launch('( ' + input + end + ' ! ' + encoders[codec] + ' ! ' + payloaders[codec] + ' )');
const { TCP, UDP } = GstRtsp.RTSPLowerTrans;
if (options.protocols === 'tcp') factory.set_protocols(TCP);
if (options.protocols === 'udp') factory.set_protocols(UDP);

const server = GstRtspServer.RTSPServer.new();
server.set_address('127.0.0.1');
server.set_service(String(options.port));
if (options.authentication) protect(options.authentication);
server.get_mount_points().add_factory(options.path, factory);
if (server.attach(null) === 0) throw new Error('The server could not listen');

const loop = new GLib.MainLoop(null, false);
const standardInput = GLib.IOChannel.unix_new(0);
GLib.io_add_watch(standardInput, GLib.PRIORITY_DEFAULT, GLib.IOCondition.HUP | GLib.IOCondition.ERR, () => {
  if (pictures) pictures.set_state(Gst.State.NULL);
  loop.quit();
  return false;
});
// Sessions of clients that vanished are given back.
GLib.timeout_add_seconds(GLib.PRIORITY_DEFAULT, 2, () => {
  server.get_session_pool().cleanup();
  return true;
});
print(JSON.stringify({ port: server.get_bound_port() }));
loop.run();

function protect({ kind, username, password }) {
  const auth = GstRtspServer.RTSPAuth.new();
  const token = new GstRtspServer.RTSPToken();
  token.set_string('media.factory.role', 'user');
  if (kind === 'digest') {
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST);
    auth.add_digest(username, password, token);
  } else {
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(username, password), token);
  }
  server.set_auth(auth);
  const permissions = new GstRtspServer.RTSPPermissions();
  permissions.add_permission_for_role('user', 'media.factory.access', true);
  permissions.add_permission_for_role('user', 'media.factory.construct', true);
  factory.set_permissions(permissions);
}

/** A pipeline that offers one picture every 1/fps second to whoever is connected. */
function startPictures() {
  const pipeline = Gst.parse_launch(
    'appsrc name=pictures is-live=true do-timestamp=true format=time max-buffers=2 leaky-type=downstream caps=' + raw +
      ' ! shmsink wait-for-connection=false sync=false shm-size=' + width * height * 8 + ' socket-path=' + options.socketPath,
  );
  const source = pipeline.get_by_name('pictures');
  const texture = makeTexture();
  const startUs = GLib.get_monotonic_time();
  let number = 0;
  const next = () => {
    source.emit('push-buffer', Gst.Buffer.new_wrapped(draw(texture, number)));
    number += 1;
    // Due times are counted from the start: waiting a fixed time after each picture would drift.
    const dueUs = startUs + (number * 1e6) / fps;
    const waitMs = Math.max(0, Math.round((dueUs - GLib.get_monotonic_time()) / 1000));
    GLib.timeout_add(GLib.PRIORITY_HIGH, waitMs, next);
    return false;
  };
  pipeline.set_state(Gst.State.PLAYING);
  GLib.timeout_add(GLib.PRIORITY_HIGH, 0, next);
  return pipeline;
}

/** Smooth hills with some grain, twice as high as the picture: each picture shows another part of it. */
function makeTexture() {
  const texture = new Uint8Array(width * height * 2);
  let seed = 1;
  for (let y = 0; y < height * 2; y += 1) {
    for (let x = 0; x < width; x += 1) {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      texture[y * width + x] = 110 + 50 * Math.sin(x / 37) + 40 * Math.sin((y * 2 * Math.PI) / height) + ((seed >> 16) & 7);
    }
  }
  return texture;
}

function draw(texture, number) {
  const luma = width * height;
  const picture = new Uint8Array(luma + 2 * (width >> 1) * (height >> 1)).fill(128, luma);
  const row = (number * 2) % height;
  picture.set(texture.subarray(row * width, row * width + luma));
  drawClock(picture, GLib.get_real_time());
  return picture;
}

function drawClock(picture, timeUs) {
  const time = Math.floor(timeUs / 100) % 4294967296;
  const check = ((time >>> 24) ^ (time >>> 16) ^ (time >>> 8) ^ time ^ 0x5a) & 0xff;
  const rows = Math.floor(height / 12);
  for (let cell = 0; cell < 40; cell += 1) {
    const bit = cell < 32 ? (time >>> (31 - cell)) & 1 : (check >>> (39 - cell)) & 1;
    const from = Math.floor((cell * width) / 40);
    const to = Math.floor(((cell + 1) * width) / 40);
    for (let y = 0; y < rows; y += 1) picture.fill(bit ? 235 : 16, y * width + from, y * width + to);
  }
}
`;
