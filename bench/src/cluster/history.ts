import type { BenchPostgres } from '../lib/postgres.js';

/**
 * Notes in the database, in its own order, who takes a camera and who writes events of it: by the address that the statement came from.
 * Both lock the row of the lease until they are committed, so that of one camera they are noted in the order in which they happened.
 */
const NOTES = `
  CREATE TABLE bench_history (n bigserial PRIMARY KEY, camera text, address text, late boolean, node text, epoch bigint);
  CREATE FUNCTION bench_note_lease() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'INSERT' OR (OLD.node, OLD.epoch) IS DISTINCT FROM (NEW.node, NEW.epoch) THEN
      INSERT INTO bench_history (camera, node, epoch) VALUES (NEW.camera, NEW.node, NEW.epoch);
    END IF;
    RETURN NULL;
  END $$;
  CREATE FUNCTION bench_note_event() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO bench_history (camera, address, late)
      VALUES (NEW.camera, host(inet_client_addr()), coalesce((NEW.data->>'late')::boolean, false));
    RETURN NULL;
  END $$;
  CREATE TRIGGER bench_noted AFTER INSERT OR UPDATE ON leases FOR EACH ROW EXECUTE FUNCTION bench_note_lease();
  CREATE TRIGGER bench_noted AFTER INSERT OR UPDATE OF data ON events FOR EACH ROW EXECUTE FUNCTION bench_note_event();
`;

export interface History {
  /** Events that were made, went on or ended. */
  readonly writes: number;
  /** How often a camera got an owner. */
  readonly owners: number;
  /** Of those, events that had waited for the database, and came once another node had the camera: they are marked, and over. */
  readonly late: number;
  /** Others that came from another node than the one that had the camera. */
  readonly strangers: number;
  /** Owners whose epoch is not larger than all before. */
  readonly backward: number;
}

export function noteHistory(postgres: BenchPostgres): void {
  postgres.query(NOTES);
}

/** @param nodes by their addresses */
export function readHistory(postgres: BenchPostgres, nodes: ReadonlyMap<string, string>): History {
  const rows = postgres.query(
    "SELECT camera, coalesce(address, ''), coalesce(late, false), coalesce(node, ''), coalesce(epoch, 0) FROM bench_history ORDER BY n",
  );
  const now = new Map<string, { node: string; epoch: number }>();
  const counts = { writes: 0, late: 0, owners: 0, strangers: 0, backward: 0 };
  for (const row of rows === '' ? [] : rows.split('\n')) {
    const [camera = '', address = '', late = 'f', node = '', epoch = '0'] = row.split('|');
    const before = now.get(camera);
    if (address !== '') {
      counts.writes++;
      if (late === 't') counts.late++;
      else if (before?.node !== nodes.get(address)) counts.strangers++;
      continue;
    }
    // One that is given back keeps its epoch.
    if (node !== '') {
      counts.owners++;
      if (Number(epoch) <= (before?.epoch ?? 0)) counts.backward++;
    }
    now.set(camera, { node, epoch: Number(epoch) });
  }
  return counts;
}
