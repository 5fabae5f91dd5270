import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Esp32Camera, makeTestJpegs } from '@lookout/media/testing';
import type {
  Camera,
  CameraActivity,
  CreatedRules,
  CreatedWebhook,
  EventsPage,
  RuleEvent,
  RuleTestResult,
  StoredRule,
  Suppression,
  VerdictOutcome,
} from '@lookout/protocol';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HttpStream } from './support/http-stream.js';
import { isJpeg } from './support/jpeg.js';
import { keep } from './support/keep.js';
import type { LookoutProcess } from './support/lookout-process.js';
import { pixelsOf } from './support/pixels.js';
import { scratchFolder } from './support/scratch-folder.js';
import { sharedLookout } from './support/shared-lookout.js';
import { startCamera, startLookout, streetJpegs } from './support/start.js';
import { until } from './support/until.js';

// Rules and events as their users meet them: a camera that films a test picture, and now and then the street with people in it.

/** Of the alarm colour, in any picture that is drawn on. */
function alarmPixels(jpeg: Uint8Array): number {
  const pixels = pixelsOf(jpeg);
  let count = 0;
  for (let i = 0; i < pixels.length; i += 3) {
    const [r, g, b] = [pixels[i] ?? 0, pixels[i + 1] ?? 0, pixels[i + 2] ?? 0];
    if (r > 220 && g > 60 && g < 120 && b > 50 && b < 110) count++;
  }
  return count;
}

const whole = {
  name: 'everywhere',
  points: [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ],
};
const enters = { cooldown_s: 0, trigger: { behavior: 'enter', subject: { classes: ['person'] }, zone: 'everywhere' } };

const appears = { cooldown_s: 0, trigger: { behavior: 'appear', subject: { classes: ['person'] } } };

let street: Uint8Array<ArrayBuffer>[];
let nothing: Uint8Array<ArrayBuffer>[];
beforeAll(async () => {
  street = await streetJpegs();
  nothing = await makeTestJpegs({ count: 1, width: 640, height: 480 });
});

async function startYard(lookout: LookoutProcess): Promise<Esp32Camera> {
  const camera = await startCamera({ jpegs: nothing });
  await lookout.addCamera({ id: 'yard', name: 'Yard', url: camera.url, zones: [whole as never] });
  await lookout.cameraIs('yard', 'live');
  return camera;
}

async function addRule(lookout: LookoutProcess, rule: object = enters): Promise<StoredRule> {
  const { rules } = await lookout.send<CreatedRules>('POST', '/api/rules', { rule });
  return rules[0] as StoredRule;
}

const listed = async (lookout: LookoutProcess, query = '') =>
  (await lookout.json<EventsPage>(`/api/events?limit=200${query}`)).events;

const firstEvent = (lookout: LookoutProcess, query = '') =>
  until('an event', async () => (await listed(lookout, query)).at(-1), { timeoutMs: 30_000 });

describe('a rule', () => {
  let lookout: LookoutProcess;
  let camera: Esp32Camera;
  beforeAll(async () => {
    lookout = await sharedLookout('file');
  });
  beforeEach(async () => {
    camera = await startYard(lookout);
  });
  afterEach(async () => {
    for (const { id } of await lookout.json<StoredRule[]>('/api/rules')) {
      await lookout.fetch(`/api/rules/${id}`, { method: 'DELETE' });
    }
    await lookout.removeCameras();
  });

  it('warns when somebody comes, with nobody watching: at once, with a picture and a clip', async () => {
    const rule = await addRule(lookout);
    expect(rule.summary).toMatch(/person/);
    const stream = await HttpStream.open(`${lookout.url}/api/events/stream`);
    camera.setJpegs(street);
    const told = await until('it is told', () => stream.events<RuleEvent>('created')[0], { timeoutMs: 30_000 });
    expect(told).toMatchObject({ camera: 'yard', rule_id: rule.id, zone: 'everywhere', severity: 'warning' });
    expect(told.reason).toMatch(/person entered/);
    expect(await lookout.json<RuleEvent>(`/api/events/${told.id}`)).toMatchObject({ id: told.id, seen: false });

    const own = Buffer.from(await (await lookout.fetch(`${told.snapshot_url}?annotated=0`)).arrayBuffer());
    const drawn = Buffer.from(await (await lookout.fetch(told.snapshot_url ?? '')).arrayBuffer());
    expect(isJpeg(own)).toBe(true);
    expect(alarmPixels(drawn) - alarmPixels(own)).toBeGreaterThan(100);

    const clip = await until('the clip is complete', async () => {
      const response = await lookout.fetch(told.clip_url ?? '');
      const bytes = Buffer.from(await response.arrayBuffer());
      return response.ok && bytes.length > 10_000 && bytes;
    });
    const file = join(scratchFolder(), 'clip.mp4');
    writeFileSync(file, clip);
    const probed = execFileSync('ffprobe', [
      '-v',
      'error',
      '-count_frames',
      '-show_entries',
      'stream=codec_name,nb_read_frames',
      '-of',
      'csv=p=0',
      file,
    ]);
    const [codec, frames] = probed.toString().trim().split(',');
    expect(codec).toBe('vp9');
    expect(Number(frames)).toBeGreaterThan(5);
    const part = await lookout.fetch(told.clip_url ?? '', { headers: { Range: 'bytes=0-99' } });
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 100]);
  });

  it('has its objects in the colour of alarm in pictures with boxes, for as long as it warns', async () => {
    const { id } = await addRule(lookout, appears);
    // One picture again and again, so that only what is drawn on it differs.
    const [picture] = street.slice(30) as [Uint8Array<ArrayBuffer>];
    camera.setJpegs([picture]);
    const alarm = async () => {
      const drawn = await lookout.fetch('/api/cameras/yard/snapshot.jpg?annotated=1');
      return alarmPixels(Buffer.from(await drawn.arrayBuffer()));
    };
    const own = alarmPixels(picture);
    await until('boxes are in that colour', async () => (await alarm()) > own + 200, { timeoutMs: 30_000 });
    await lookout.fetch(`/api/rules/${id}`, { method: 'DELETE' });
    await until('boxes are in their own again', async () => (await alarm()) <= own + 20);
  });

  it('is silent while it is switched off, snoozed or for another mode, and wakes by itself', async () => {
    const { id } = await addRule(lookout);
    const seenPeople = (mode: string) =>
      until(`people are seen ${mode}`, async () => {
        const { frames } = await lookout.stats('yard');
        return frames.analyzed > 0 && (await lookout.camera('yard')).last_seen?.person !== undefined;
      });
    await lookout.send('PATCH', `/api/rules/${id}`, { modes: ['away'] });
    camera.setJpegs(street);
    await seenPeople('at home');
    expect(await listed(lookout, '&camera=yard')).toEqual([]);
    await lookout.send('PATCH', `/api/rules/${id}`, { snoozed_until: Date.now() + 3000 });
    await lookout.send('PUT', '/api/mode', { mode: 'away' });
    const event = await firstEvent(lookout, `&camera=yard`);
    const { snoozed_until } = await lookout.json<StoredRule>(`/api/rules/${id}`);
    expect(event.frame_timestamp).toBeGreaterThanOrEqual(snoozed_until ?? Number.POSITIVE_INFINITY);
    await lookout.send('PUT', '/api/mode', { mode: 'home' });
  });

  it('is refused if it could never fire, and said to be in the way of a zone’s end', async () => {
    const refusal = await lookout.fetch('/api/rules', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        rule: { trigger: { behavior: 'enter', subject: { classes: ['person'] }, zone: 'moat' } },
      }),
    });
    expect([refusal.status, await refusal.text()]).toEqual([400, expect.stringContaining('moat')]);
    const { id } = await addRule(lookout);
    const body = JSON.stringify({ zones: [] });
    const patch = (query = '') =>
      lookout.fetch(`/api/cameras/yard${query}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body,
      });
    const conflict = await patch();
    expect([conflict.status, ((await conflict.json()) as { rules: string[] }).rules]).toEqual([409, [id]]);
    expect((await patch('?force=true')).status).toBe(200);
    expect((await lookout.json<StoredRule>(`/api/rules/${id}`)).warning).toMatch(/no zone “everywhere”/);
  });

  it('can be tried on what was seen before, with pictures', async () => {
    camera.setJpegs(street);
    await until('people are seen', async () => (await lookout.camera('yard')).last_seen?.person);
    const test = () =>
      lookout.send<RuleTestResult>('POST', '/api/rules/test', { rule: enters, camera: 'yard', minutes: 5 });
    const { events } = await until(
      'it is found, with a picture',
      async () => {
        const result = await test();
        return result.events.some(({ snapshot_url }) => snapshot_url !== null) && result;
      },
      { timeoutMs: 30_000 },
    );
    expect(await listed(lookout, '&camera=yard')).toEqual([]);
    const pictured = events.find(({ snapshot_url }) => snapshot_url !== null);
    const picture = await lookout.fetch(pictured?.snapshot_url ?? '');
    expect(isJpeg(Buffer.from(await picture.arrayBuffer()))).toBe(true);
    const { steps } = await lookout.json<CameraActivity>('/api/cameras/yard/activity');
    expect(steps.some(({ classes, watched }) => (classes.person ?? 0) > 0 && watched > 0)).toBe(true);
  });

  it('ignores what a user said was no person, until that is taken back', async () => {
    // One picture with people in it, again and again: as with a poster or a mannequin.
    const poster = street.slice(30, 31);
    const show = async (jpegs: Uint8Array<ArrayBuffer>[], isThere: boolean) => {
      const before = Date.now();
      camera.setJpegs(jpegs);
      await until(
        isThere ? 'people are seen' : 'nobody is seen',
        async () => {
          const seen = (await lookout.camera('yard')).last_seen?.person ?? 0;
          return isThere ? seen > before + 1500 : Date.now() - Math.max(seen, before) > 3500;
        },
        { timeoutMs: 30_000 },
      );
    };
    await addRule(lookout, appears);
    await show(poster, true);
    const events = await until('the poster warns', async () => {
      const all = await listed(lookout, '&camera=yard');
      return all.length > 0 && all;
    });
    for (const { id } of events) {
      const outcome = await lookout.send<VerdictOutcome>('POST', `/api/events/${id}/verdict`, {
        verdict: 'wrong_object',
      });
      expect(outcome.suppression).toMatchObject({ camera: 'yard', class_name: 'person' });
    }
    await show(nothing, false);
    await show(poster, true);
    expect(await listed(lookout, '&camera=yard')).toHaveLength(events.length);
    const suppressions = await lookout.json<Suppression[]>('/api/cameras/yard/suppressions');
    for (const { id } of suppressions) {
      const removed = await lookout.fetch(`/api/cameras/yard/suppressions/${id}`, { method: 'DELETE' });
      expect(removed.status).toBe(204);
    }
    await show(nothing, false);
    await show(poster, true);
    await until('the poster warns again', async () => (await listed(lookout, '&camera=yard')).length > events.length);
  });

  it('loses its events with its camera', async () => {
    await addRule(lookout);
    camera.setJpegs(street);
    const event = await firstEvent(lookout, '&camera=yard');
    await lookout.fetch('/api/cameras/yard', { method: 'DELETE' });
    await until('its events are gone', async () => (await lookout.fetch(`/api/events/${event.id}`)).status === 404);
    await until(
      'its pictures too',
      async () => (await lookout.fetch(`/api/events/${event.id}/snapshot.jpg`)).status === 404,
    );
  });
});

/** A webhook's receiver that refuses every other request, and remembers the bodies of each id that it accepted. */
async function startReceiver() {
  const accepted = new Map<string, string[]>();
  const receiver = { url: '', accepted, refused: 0 };
  let count = 0;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const id = String(request.headers['webhook-id']);
    if (count++ % 2 === 0) {
      receiver.refused++;
      response.writeHead(503).end();
      return;
    }
    accepted.set(id, [...(accepted.get(id) ?? []), body]);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  keep(server, () => new Promise((resolve) => server.close(resolve)));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return receiver;
}

describe('a server that is killed in a burst of events', () => {
  it('has stored every event that anybody was told of, and ends those that were going on', async () => {
    const data = scratchFolder();
    const yaml = 'webhooks: { allowed_hosts: [127.0.0.1] }\n';
    const lookout = await startLookout({ data, yaml });
    const camera = await startYard(lookout);
    const receiver = await startReceiver();
    const { id: webhook } = await lookout.send<CreatedWebhook>('POST', '/api/webhooks', { url: receiver.url });
    for (let i = 0; i < 40; i++) await addRule(lookout, i % 2 === 0 ? enters : appears);
    const stream = await HttpStream.open(`${lookout.url}/api/events/stream`);
    camera.setJpegs(street);
    await until('200 events are told', () => stream.events('created').length >= 200, { timeoutMs: 60_000, everyMs: 5 });
    await until('some are delivered', () => receiver.accepted.size > 0);
    await lookout.end('SIGKILL');
    const told = stream.events<RuleEvent>('created');
    const ended = new Set(stream.events<RuleEvent>('ended').map(({ id }) => id));

    const again = await startLookout({ data, yaml });
    const stored = new Map<string, RuleEvent>();
    for (let cursor = ''; ; ) {
      const page = await again.json<EventsPage>(`/api/events?limit=200${cursor}`);
      for (const event of page.events) stored.set(event.id, event);
      if (page.next_cursor === null) break;
      cursor = `&cursor=${page.next_cursor}`;
    }
    expect(told.filter(({ id }) => !stored.has(id))).toEqual([]);
    expect([...stored.values()].filter(({ ended_at }) => ended_at === null)).toEqual([]);
    expect(told.some(({ id }) => !ended.has(id))).toBe(true);
    // What was recorded until then can still be seen.
    const pictured = told.find(({ snapshot_url }) => snapshot_url !== null);
    expect((await again.fetch(`/api/events/${pictured?.id}/snapshot.jpg`)).status).toBe(200);
    const { id } = await again.json<Camera>('/api/cameras/yard');
    expect(id).toBe('yard');

    const undelivered = () => [...stored.keys()].filter((event) => !receiver.accepted.has(`${event}.created`));
    await until(
      'each event is delivered',
      async () => {
        // A change of the webhook ends the wait after a failure.
        await again.send('PATCH', `/api/webhooks/${webhook}`, { enabled: true });
        return undelivered().length === 0;
      },
      { timeoutMs: 120_000, everyMs: 100, last: undelivered },
    );
    expect(told.filter((event) => !receiver.accepted.has(`${event.id}.created`))).toEqual([]);
    expect(receiver.refused).toBeGreaterThan(20);
    expect([...receiver.accepted.values()].every((bodies) => new Set(bodies).size === 1)).toBe(true);
  }, 240_000);
});
