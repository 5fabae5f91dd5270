import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LookoutError } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings, type SettingsSources } from './settings.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lookout-settings-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function load(yaml: string | undefined, sources: Omit<SettingsSources, 'cwd'> = {}) {
  if (yaml !== undefined) writeFileSync(join(cwd, 'lookout.yaml'), yaml);
  return loadSettings({ ...sources, cwd });
}

function refusal(yaml: string | undefined, sources?: Omit<SettingsSources, 'cwd'>): string {
  try {
    load(yaml, sources);
  } catch (error) {
    expect(error).toBeInstanceOf(LookoutError);
    expect((error as LookoutError).code).toBe('config_invalid');
    return (error as LookoutError).message;
  }
  throw new Error('expected a refusal');
}

describe('loadSettings', () => {
  it('takes the sign-in policy by flag, variable and file', () => {
    expect(load('server: { sign_in: always }').server.sign_in).toBe('always');
    expect(load(undefined, { env: { LOOKOUT_SIGN_IN: 'always' } }).server.sign_in).toBe('always');
    expect(load(undefined, { flags: { values: { '--sign-in': 'always' } } }).server.sign_in).toBe('always');
    expect(() => load(undefined, { env: { LOOKOUT_SIGN_IN: 'never' } })).toThrow(/LOOKOUT_SIGN_IN: .*"never"/);
  });

  it('has a default for everything', () => {
    const settings = load(undefined);
    expect(settings.server).toEqual({
      host: '127.0.0.1',
      port: 8080,
      rtmp_port: 1935,
      https: false,
      sign_in: 'auto',
      frame_ancestors: [],
    });
    expect(settings.data).toBe(join(cwd, 'data'));
    expect(settings.cameras).toEqual([]);
    expect(settings.demo).toBe(true);
    expect(settings.configFile).toBeUndefined();
  });

  it.each([
    ['', 1935],
    ['port: 0', 0],
    ['port: 0, rtmp_port: 1936', 1936],
    ['rtmp_port: 0', 0],
  ])('listens for RTMP by { %s } on port %i', (server, port) => {
    expect(load(`server: { ${server} }`).server.rtmp_port).toBe(port);
  });

  it('takes flags over the environment over the file over the defaults', () => {
    const yaml = 'server: { port: 1001, host: 127.0.0.2 }\nlog: { level: warn }\nworkers: 3\n';
    const settings = load(yaml, {
      env: { LOOKOUT_PORT: '1002', LOOKOUT_LOG_LEVEL: 'error' },
      flags: { values: { '--port': '1003' } },
    });
    expect(settings.server).toEqual({
      host: '127.0.0.2',
      port: 1003,
      rtmp_port: 1935,
      https: false,
      sign_in: 'auto',
      frame_ancestors: [],
    });
    expect(settings.log.level).toBe('error');
    expect(settings.workers).toBe(3);
  });

  it('reads confidence, model and demo from flags and environment', () => {
    const env = { CONFIDENCE_THRESHOLD: '0.5', MODEL_PATH: '/m/a.onnx', LOOKOUT_PORT: '' };
    const settings = load(undefined, { env, flags: { values: { '--no-demo': 'true' } } });
    expect(settings.detect.confidence).toBe(0.5);
    expect(load(undefined, { env: { CROSS_CLASS_IOU: '1' } }).detect.cross_class_iou).toBe(1);
    expect(load(undefined).detect.cross_class_iou).toBe(0.8);
    expect(settings.model).toBe('/m/a.onnx');
    expect(settings.demo).toBe(false);
    expect(settings.server.port).toBe(8080);
  });

  it('reads the settings of detection sessions from their own variables', () => {
    expect(load(undefined).streaming).toEqual({
      session_timeout: 300,
      max_fps: 30,
      default_fps: 10,
      queue_size: 50,
      enable_tracking: true,
      sessions: 1000,
      sessions_per_address: 100,
    });
    const env = {
      STREAMING_SESSION_TIMEOUT: '60',
      STREAMING_MAX_FPS: '20',
      STREAMING_DEFAULT_FPS: '5',
      STREAMING_QUEUE_SIZE: '8',
      STREAMING_ENABLE_TRACKING: 'false',
    };
    expect(load('streaming: { max_fps: 15, sessions: 7 }\n', { env }).streaming).toEqual({
      session_timeout: 60,
      max_fps: 20,
      default_fps: 5,
      queue_size: 8,
      enable_tracking: false,
      sessions: 7,
      sessions_per_address: 100,
    });
    expect(refusal(undefined, { env: { STREAMING_QUEUE_SIZE: '0' } })).toMatch(
      /^STREAMING_QUEUE_SIZE: expected at least 1/,
    );
    expect(refusal(undefined, { env: { STREAMING_DEFAULT_FPS: '31' } })).toMatch(/no more than max_fps/);
  });

  it.each<[string, string, SettingsSources['env'], Record<string, string>, object]>([
    ['where other devices are', '', {}, { '--https': 'true' }, { https: true, host: '0.0.0.0' }],
    [
      'where it is told to',
      '',
      { LOOKOUT_HOST: '127.0.0.1' },
      { '--https': 'true' },
      { https: true, host: '127.0.0.1' },
    ],
    ['where the file says', 'server: { https: true, host: 10.0.0.1 }', {}, {}, { https: true, host: '10.0.0.1' }],
    [
      'not, where the environment says no',
      'server: { https: true }',
      { LOOKOUT_HTTPS: '0' },
      {},
      { https: false, host: '127.0.0.1' },
    ],
  ])('speaks HTTPS %s', (_what, yaml, env, values, server) => {
    expect(load(yaml, { env, flags: { values } }).server).toMatchObject(server);
  });

  it('turns HTTPS on for a certificate, whose paths are made absolute', () => {
    const values = { '--cert': 'site.crt', '--key': '/etc/site.key' };
    expect(load(undefined, { flags: { values } }).server).toMatchObject({
      https: true,
      cert: join(cwd, 'site.crt'),
      key: '/etc/site.key',
    });
    for (const flag of ['--cert', '--key']) {
      expect(refusal(undefined, { flags: { values: { [flag]: 'x' } } })).toMatch(new RegExp(`^${flag}: expected --`));
    }
  });

  it('gives cameras unique ids and the detect defaults of the file', () => {
    const yaml = `
detect: { fps: 12, confidence: 0.3 }
cameras:
  - { name: "Garten Süd", url: "rtsp://u:p@10.0.0.5/a", detect: { fps: 5 } }
  - { name: "Garten Sud", url: "http://10.0.0.6/" }
  - { id: garten-sud-2, url: "http://10.0.0.7/" }
`;
    const { cameras } = load(yaml, { flags: { sources: ['rtsp://u:p@10.0.0.9/h264'] } });
    expect(cameras.map(({ id }) => id)).toEqual(['garten-sud', 'garten-sud-3', 'garten-sud-2', '10-0-0-9']);
    expect(cameras.map(({ origin }) => origin)).toEqual(['config', 'config', 'config', 'cli']);
    expect(cameras.map(({ detect }) => detect.fps)).toEqual([5, 12, 12, 12]);
    expect(cameras[0]?.detect.confidence).toBe(0.3);
  });

  it('plays files over and over unless they are to play once', () => {
    const yaml = 'cameras: [{ url: "file:///a.mp4" }, { url: "file:///b.mp4", loop: false }]';
    const { cameras } = load(yaml, { flags: { sources: ['/c.mp4'] } });
    expect(cameras.map(({ loop }) => loop)).toEqual([true, false, true]);
  });

  it('takes cameras that are published to, and their tokens', () => {
    const token = `lv_${'x'.repeat(22)}`;
    const { cameras } = load(`cameras: [{ kind: push }, { name: Porch, kind: push, view_token: ${token} }]`);
    expect(cameras.map(({ id, kind, url, tokens }) => ({ id, kind, url, tokens }))).toEqual([
      { id: 'camera', kind: 'push', url: undefined, tokens: {} },
      { id: 'porch', kind: 'push', url: undefined, tokens: { view_token: token } },
    ]);
  });

  it('repeats no token that it refuses', () => {
    for (const [key, token] of [
      ['view_token', 'lv_short-secret'],
      ['view_token', `lp_${'secret'.repeat(5)}`],
      ['publish_token', 'secret with spaces'],
    ]) {
      const message = refusal(`cameras: [{ kind: push, ${key}: "${token}" }]`);
      expect(message).toContain(`cameras.0.${key}: expected`);
      expect(message).not.toContain('secret');
    }
    expect(refusal(`cameras: [{ url: "file:///a.mp4", publish_token: lp_${'x'.repeat(22)} }]`)).toContain(
      'cameras.0.publish_token: expected none: only cameras of kind push are published to',
    );
  });

  it('is frozen, all of it', () => {
    const settings = load('cameras: [{ url: "demo:street" }]');
    expect(() => Object.assign(settings.server, { port: 1 })).toThrow(TypeError);
    expect(() => Object.assign(settings.cameras[0]!.detect, { fps: 1 })).toThrow(TypeError);
  });

  it.each([
    ['an unknown key', 'camras: []', 'lookout.yaml: camras: unknown key'],
    ['an unknown key inside', 'server: { prot: 1 }', 'lookout.yaml: server.prot: unknown key'],
    ['a wrong type', 'server: { port: "80" }', 'lookout.yaml: server.port: expected a number, got "80"'],
    ['out of range', 'server: { port: 70000 }', 'lookout.yaml: server.port: expected at most 65535, got 70000'],
    ['a camera without url', 'cameras: [{ name: a }]', 'lookout.yaml: cameras.0.url: expected an address, got nothing'],
    ['no map', '- a', 'lookout.yaml: expected settings as "key: value", got ["a"]'],
    [
      'the same id twice',
      'cameras: [{id: a, url: x}, {id: a, url: y}]',
      'lookout.yaml: cameras.1.id: expected a unique id, got "a" again',
    ],
    ['a section of the wrong kind', 'server: 3', 'lookout.yaml: server: expected an object, got 3'],
  ])('refuses %s, naming it', (_what, yaml, message) => {
    expect(refusal(yaml)).toBe(message);
  });

  it('names every mistake, a flag by its flag and a variable by its name', () => {
    const message = refusal('demo: 3', {
      env: { LOOKOUT_WORKERS: 'many' },
      flags: { values: { '--port': 'x', '--confidence': '3' } },
    });
    expect(message.split('\n').sort()).toEqual([
      '--confidence: expected at most 0.95, got 3',
      '--port: expected a number, got "x"',
      'LOOKOUT_WORKERS: expected a number, got "many"',
      'lookout.yaml: demo: expected true or false, got 3',
    ]);
  });

  it('refuses broken YAML without quoting the file, which may hold passwords', () => {
    const message = refusal('cameras:\n  - url: "rtsp://u:secret@h/\n');
    expect(message).toMatch(/^lookout\.yaml: not valid YAML: .*line \d/);
    expect(message).not.toContain('secret');
  });

  it('never repeats a camera address', () => {
    const message = refusal(`cameras: [{ url: "rtsp://u:secret@h/${'a'.repeat(3000)}" }]`);
    expect(message).toContain('cameras.0.url: expected at most 2048 characters');
    expect(message).not.toContain('secret');
  });

  it('sends no detections to a Redis that it does not know', () => {
    expect(refusal('redis: { detections: true }')).toBe(
      'lookout.yaml: redis.detections: expected redis.url too, got true',
    );
  });

  it.each(['http://:geheim@redis:6379', 'redis://:geheim@redis:99999', 'geheim'])(
    'never repeats a Redis address: %s',
    (url) => {
      expect(refusal(undefined, { env: { REDIS_URL: url } })).toBe(
        'REDIS_URL: expected redis://host:6379 or rediss://host:6379',
      );
    },
  );

  it('refuses a named file that is not there', () => {
    expect(refusal(undefined, { flags: { config: 'other.yaml' } })).toContain(`${join(cwd, 'other.yaml')}: ENOENT`);
  });
});
