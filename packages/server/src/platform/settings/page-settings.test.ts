import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LookoutError, SettingsPatch } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings, type SettingsSources } from '../config/settings.js';
import type { SettingRepository } from '../storage/index.js';
import { PageSettings } from './page-settings.js';

let cwd: string;
let stored: Record<string, string>;
let invalid: string[];
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lookout-page-settings-'));
  stored = {};
  invalid = [];
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const store: SettingRepository = {
  all: async () => ({ ...stored }),
  change: async (changes) => {
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) delete stored[key];
      else stored[key] = value;
    }
  },
};

function open(yaml = '', sources: Omit<SettingsSources, 'cwd'> = {}): Promise<PageSettings> {
  writeFileSync(join(cwd, 'lookout.yaml'), yaml);
  const given = loadSettings({ ...sources, cwd });
  return PageSettings.open({ store, given, onInvalid: (key) => invalid.push(key) });
}

const entry = (settings: PageSettings, key: string) => settings.list().find((setting) => setting.key === key);

describe('PageSettings', () => {
  it('shows every setting with where it is set', async () => {
    const settings = await open('server:\n  host: 127.0.0.2\nevents: { max_age_days: 7 }\n', {
      env: { LOOKOUT_TIMEZONE: 'Asia/Kathmandu' },
      flags: { values: { '--port': '0' } },
    });
    const origin = (key: string) => entry(settings, key)?.origin;
    expect(origin('server.host')).toEqual({ from: 'file', name: 'lookout.yaml', line: 2 });
    expect(origin('events.max_age_days')).toEqual({ from: 'file', name: 'lookout.yaml', line: 3 });
    expect(origin('server.port')).toEqual({ from: 'command_line', name: '--port' });
    expect(origin('timezone')).toEqual({ from: 'environment', name: 'LOOKOUT_TIMEZONE' });
    expect(origin('workers')).toEqual({ from: 'default' });
    expect(settings.list().filter(({ changeable }) => changeable)).toMatchObject([
      { key: 'events.max_bytes' },
      { key: 'updates.daily' },
      { key: 'vlm.base_url' },
      { key: 'vlm.api_key' },
      { key: 'vlm.model' },
    ]);
    expect(settings.list().some(({ key }) => key.startsWith('cameras'))).toBe(false);
  });

  it('takes over what another node has changed, and tells of it once', async () => {
    const settings = await open();
    let told = 0;
    settings.onChange(() => told++);
    stored = { 'events.max_age_days': '9' };
    await settings.reload();
    await settings.reload();
    expect([settings.get('events.max_age_days'), told]).toEqual([9, 1]);
    stored = {};
    await settings.reload();
    expect([settings.get('events.max_age_days'), told]).toEqual([30, 2]);
  });

  it('names a flag as the place of what the file also sets', async () => {
    const settings = await open('log: { level: warn }\n', { flags: { values: { '--log-level': 'error' } } });
    expect(entry(settings, 'log.level')).toMatchObject({ value: 'error', origin: { name: '--log-level' } });
  });

  it('shows no secret', async () => {
    const yaml = `kserve: { url: 'http://u:pass1@127.0.0.1:1', model: m, token: pass2 }
language_model: { base_url: 'http://u:pass3@127.0.0.1:1/v1', api_key: pass4 }
redis: { url: 'redis://:pass7@127.0.0.1:1' }
webrtc: { ice_servers: [{ url: 'turn:turn.example:3478', username: pass5, credential: pass6 }] }
`;
    const settings = await open(yaml);
    expect(JSON.stringify(settings.list())).not.toContain('pass');
    expect(entry(settings, 'kserve.token')?.value).toBe('***');
    expect(entry(settings, 'webrtc.ice_servers')?.value).toEqual(['turn:turn.example:3478']);
  });

  it('shows no secret that was set in the page, and takes no consent from a patch', async () => {
    const settings = await open();
    await settings.change({ vlm: { base_url: 'http://gpu.lan/v1', api_key: 'sk-pass8' } });
    expect(entry(settings, 'vlm.api_key')).toMatchObject({ value: '***', origin: { from: 'page' } });
    expect(settings.get('vlm.api_key')).toBe('sk-pass8');
    expect(SettingsPatch.safeParse({ vlm: { consent: { host: 'gpu.lan', by: 'me', at: 1 } } }).success).toBe(false);
    expect(SettingsPatch.safeParse({ vlm: { base_url: 'http://u:p@gpu.lan/v1' } }).success).toBe(false);
  });

  it('keeps changes over a restart, and returns to the default', async () => {
    const settings = await open();
    let changes = 0;
    settings.onChange(() => changes++);
    await settings.change({ timezone: 'Asia/Tokyo', events: { max_age_days: 3 } });
    expect(changes).toBe(1);
    expect(settings.live.timezone).toBe('Asia/Tokyo');
    expect(settings.live.events.max_age_days).toBe(3);
    const again = await open();
    expect(entry(again, 'timezone')).toMatchObject({ value: 'Asia/Tokyo', origin: { from: 'page' }, changeable: true });
    await again.change({ events: { max_age_days: null } });
    expect(entry(again, 'events.max_age_days')).toMatchObject({ value: 30, origin: { from: 'default' } });
    expect(Object.keys(stored)).toEqual(['timezone']);
  });

  it('refuses to change what is set elsewhere, and then changes nothing', async () => {
    const settings = await open('timezone: Asia/Tokyo\n');
    const changing = settings.change({ events: { max_age_days: 3 }, timezone: 'Europe/Berlin' });
    await expect(changing).rejects.toThrow('timezone is set by lookout.yaml, line 1');
    await expect(changing).rejects.toBeInstanceOf(LookoutError);
    expect(settings.live.events.max_age_days).toBe(30);
    expect(stored).toEqual({});
  });

  it('lets the file win over what was changed in the page before', async () => {
    await (await open()).change({ timezone: 'Asia/Tokyo' });
    expect((await open('timezone: Europe/Berlin\n')).get('timezone')).toBe('Europe/Berlin');
  });

  it('ignores stored values that are no longer valid, and says so', async () => {
    Object.assign(stored, { timezone: '"Europe/Atlantis"', 'events.max_bytes': 'no JSON', another: '1' });
    const settings = await open();
    expect(invalid).toEqual(['timezone', 'events.max_bytes']);
    expect(settings.get('events.max_bytes')).toBe(5 * 1024 ** 3);
  });
});
