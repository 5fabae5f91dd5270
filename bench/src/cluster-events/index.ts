import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicMs, sleep } from '../lib/figures.js';
import { numberOptions, report } from '../lib/options.js';
import { BenchPostgres } from '../lib/postgres.js';
import { freePort } from '../lib/server-process.js';
import { type NodeProcess, type NodeReport, startNodeProcess } from './node-process.js';

const NODES = ['n1', 'n2', 'n3'];
const CAMERAS_PER_NODE = 4;
/** What changes in the database, in its order: the server itself forgets the oldest changes. */
const NOTES = `
  CREATE TABLE bench_changes (seq bigint, event_id text, kind text);
  CREATE FUNCTION bench_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO bench_changes (seq, event_id, kind) VALUES (NEW.seq, NEW.event_id, NEW.kind);
    RETURN NULL;
  END $$;
  CREATE TRIGGER bench_noted AFTER INSERT ON event_changes FOR EACH ROW EXECUTE FUNCTION bench_note_change();
`;

/**
 * Many events from three nodes, each of which begins and ends, while their Postgres is restarted without an orderly end: whether one is lost
 * that was acknowledged, whether one is stored twice, and whether those of a camera keep their order.
 */
export async function run(args: string[]): Promise<void> {
  const options = numberOptions(args, { rate: 10_500, seconds: 60, restarts: 2 });
  const { rate, seconds, restarts } = options;
  const { reports, stored, tookS } = await measure(options);
  const acknowledged = reports.flatMap(({ created }) => created.map(({ camera, number }) => `${camera}|${number}`));
  const sum = (of: (one: NodeReport) => number) => reports.reduce((total, one) => total + of(one), 0);
  const kept = new Set(stored.numbers);
  const ok = report(`${rate} events a minute from three nodes for ${seconds} s, ${restarts} restarts of Postgres`, [
    { name: 'events', value: sum(({ fired }) => fired) },
    { name: 'events stored a minute', value: (60 * kept.size) / tookS, atLeast: Math.min(10_000, 0.95 * rate) },
    { name: 'given up by a node', value: sum(({ lost }) => lost), atMost: 0 },
    { name: 'acknowledged, and not stored', value: acknowledged.filter((one) => !kept.has(one)).length, atMost: 0 },
    { name: 'not stored', value: sum(({ fired }) => fired) - kept.size, atMost: 0 },
    { name: 'stored twice', value: stored.numbers.length - kept.size, atMost: 0 },
    { name: 'acknowledged twice', value: acknowledged.length - new Set(acknowledged).size, atMost: 0 },
    { name: 'created twice', value: stored.createdTwice, atMost: 0 },
    { name: 'ended again, as an answer was lost', value: stored.endedTwice },
    { name: 'not ended', value: stored.open, atMost: 0 },
    { name: 'stored after a later one of the same camera', value: stored.overtaken, atMost: 0 },
  ]);
  if (!ok) process.exitCode = 1;
}

interface Options {
  rate: number;
  seconds: number;
  restarts: number;
}

async function measure({ rate, seconds, restarts }: Options) {
  const folder = mkdtempSync(join(tmpdir(), 'lookout-bench-events-'));
  // With all that makes its commits last, unlike where the database is only there.
  const postgres = await BenchPostgres.start({ host: '127.0.0.1', port: await freePort() });
  const nodes: NodeProcess[] = [];
  try {
    for (const name of NODES) {
      const cameras = Array.from({ length: CAMERAS_PER_NODE }, (_, i) => `${name}-${i}`);
      const perSecond = rate / 60 / NODES.length;
      const data = join(folder, name);
      const joinSecret = 'the join secret of the nodes of this bench';
      nodes.push(
        await startNodeProcess({ name, database: postgres.url, joinSecret, data, cameras, perSecond, seconds }),
      );
    }
    postgres.query(NOTES);
    const fromMs = monotonicMs();
    for (const node of nodes) node.begin();
    for (let i = 1; i <= restarts; i++) {
      await sleep(Math.max(0, fromMs + (i * 1000 * seconds) / (restarts + 1) - monotonicMs()));
      await postgres.restartImmediately();
    }
    const reports = await Promise.all(nodes.map((node) => node.report));
    const tookS = (monotonicMs() - fromMs) / 1000;
    return { reports, stored: readStored(postgres), tookS };
  } finally {
    for (const node of nodes) await node.stop();
    await postgres.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function readStored(postgres: BenchPostgres) {
  const number = "(data->'measured'->>'number')::int";
  const count = (sql: string) => Number(postgres.query(`SELECT count(*) FROM (${sql}) AS found`));
  const again = (kind: string) =>
    count(`SELECT FROM bench_changes WHERE kind = '${kind}' GROUP BY event_id HAVING count(*) > 1`);
  return {
    numbers: postgres.query(`SELECT camera, ${number} FROM events`).split('\n'),
    open: count('SELECT FROM events WHERE ended_at IS NULL'),
    createdTwice: again('created'),
    endedTwice: again('ended'),
    overtaken: count(
      `SELECT FROM (
         SELECT ${number} AS number, max(${number}) OVER (PARTITION BY events.camera ORDER BY seq) AS latest
         FROM bench_changes JOIN events ON events.id = event_id WHERE kind = 'created') AS made
       WHERE number < latest`,
    ),
  };
}
