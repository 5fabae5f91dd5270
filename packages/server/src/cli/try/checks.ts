import { randomUUID } from 'node:crypto';
import { CheckedServer, type CheckedServerOptions, expectThat, unexpected } from './checked-server.js';
import { decompressionBomb } from './pictures.js';

export interface CheckResult {
  name: string;
  ok: boolean;
  /** What was wrong; undefined if nothing was. */
  detail?: string;
}

export interface CheckOptions extends CheckedServerOptions {
  /** @param share progress, 0..1 */
  onProgress(share: number, name: string): void;
}

/** Maximum time for an answer on any connection. */
const WAIT_MS = 15_000;
/** Frames sent at once, each of which must be answered once. */
const BURST = 20;

/** Makes common client mistakes and checks that each is refused with a proper error and breaks nothing else. */
export async function runChecks(options: CheckOptions): Promise<CheckResult[]> {
  const server = new CheckedServer(options);
  const results: CheckResult[] = [];
  for (const [index, { name, run }] of CHECKS.entries()) {
    if (options.signal.aborted) break;
    options.onProgress(index / CHECKS.length, name);
    try {
      await run(server);
      results.push({ name, ok: true });
    } catch (error) {
      results.push({ name, ok: false, detail: error instanceof Error ? error.message : String(error) });
    }
  }
  return results;
}

const CHECKS: ReadonlyArray<{ name: string; run(server: CheckedServer): Promise<void> }> = [
  {
    name: 'health and totals',
    async run(server) {
      const health = await server.call('GET', '/stream/health');
      expectThat(health.status === 200 && ['ok', 'degraded'].includes(String(health.json.status)), health);
      const totals = await server.call('GET', '/stream/stats');
      expectThat(totals.status === 200 && typeof totals.json.uptime_s === 'number', totals);
    },
  },
  {
    name: 'a picture',
    async run(server) {
      const answer = await server.call('POST', '/api/detect', server.picture);
      expectThat(answer.status === 200 && Array.isArray(answer.json.detections), answer);
    },
  },
  {
    name: 'bad base64',
    run: (server) => server.refuses([400], 'image_data', 'POST', '/api/detect', { image_data: '%%%not base64%%%' }),
  },
  {
    name: 'a truncated picture',
    run: (server) => server.refuses([400], 'image_data', 'POST', '/api/detect', server.picture.subarray(0, 60)),
  },
  {
    name: 'no picture at all',
    run: (server) => server.refuses([415], undefined, 'POST', '/api/detect', new TextEncoder().encode('no picture')),
  },
  {
    name: 'a decompression bomb',
    run: (server) => server.refuses([400, 413], undefined, 'POST', '/api/detect', decompressionBomb()),
  },
  {
    name: 'an unknown field',
    run: (server) =>
      server.refuses([400], 'colour', 'POST', '/api/detect', { image_data: server.base64, colour: 'blue' }),
  },
  {
    name: 'a setting out of range',
    run: (server) =>
      server.refuses([400], 'confidence_threshold', 'POST', '/stream/sessions', { confidence_threshold: 2 }),
  },
  {
    name: 'an unknown session',
    async run(server) {
      const id = randomUUID();
      await server.refuses([404], undefined, 'GET', `/stream/sessions/${id}/stats`);
      await server.refuses([404], undefined, 'GET', `/stream/events/${id}`);
      await server.refuses([404], undefined, 'POST', `/stream/process/${id}`, server.picture);
    },
  },
  {
    name: 'a frame after its session was deleted',
    async run(server) {
      const opened = await server.call('POST', '/stream/sessions', {});
      expectThat(opened.status === 201 && typeof opened.json.client_id === 'string', opened);
      const { client_id: id } = opened.json;
      const waited = await server.call('POST', `/stream/process/${id}?wait=true`, server.picture);
      expectThat(waited.status === 200 && waited.json.type === 'detection_result', waited);
      const deleted = await server.call('DELETE', `/stream/sessions/${id}`);
      expectThat(deleted.status === 204, deleted);
      await server.refuses([404], undefined, 'POST', `/stream/process/${id}`, server.picture);
    },
  },
  {
    name: 'a WebSocket with a wrong setting',
    async run(server) {
      const status = await server.refusedUpgrade('/stream/detection?fps_limit=0');
      if (status !== 400) throw new Error(`Expected the upgrade to be refused with 400, got ${status}`);
    },
  },
  {
    name: 'nonsense over a WebSocket, which goes on',
    async run(server) {
      await using socket = await server.socket();
      for (const [text, code] of [
        ['no JSON', 'message_invalid'],
        ['{"type":"juggle"}', 'message_unknown'],
        ['{"type":"ping","colour":1}', 'message_invalid'],
        ['{"type":"config","config":{"fps_limit":9999}}', 'validation_failed'],
        ['{"type":"frame","frame_id":"bad","image_data":"%%%"}', 'frame_invalid'],
      ] as const) {
        const answer = await socket.ask(text);
        if (answer.type !== 'error' || answer.code !== code) throw unexpected(`an error ${code} to ${text}`, answer);
      }
      // The rate limit accepts the next frame only a moment later.
      await until('a frame after all that is answered', async () => {
        const answer = await socket.ask(server.picture);
        return answer.type === 'detection_result';
      });
    },
  },
  {
    name: 'every frame answered once',
    async run(server) {
      await using socket = await server.socket();
      for (let i = 0; i < BURST; i++) {
        socket.send(JSON.stringify({ type: 'frame', frame_id: `f${i}`, image_data: server.base64 }));
      }
      const answered = new Map<unknown, number>();
      for (let i = 0; i < BURST; i++) {
        const answer = await socket.next();
        const id = (answer.data as { frame_id?: unknown } | undefined)?.frame_id ?? answer.frame_id;
        answered.set(id, (answered.get(id) ?? 0) + 1);
      }
      // Answers are in order, so a duplicate would have arrived before this.
      const last = await socket.ask('{"type":"ping"}');
      if (last.type !== 'pong' || answered.size !== BURST) {
        throw new Error(`Expected ${BURST} frames answered once each, got ${answered.size} of them and ${last.type}`);
      }
    },
  },
];

async function until(what: string, ask: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + WAIT_MS;
  while (!(await ask())) {
    if (performance.now() > endMs) throw new Error(`Expected that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
