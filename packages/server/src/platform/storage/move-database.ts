import { LookoutError } from '@lookout/protocol';
import { DataDirectory } from './data-directory.js';
import { carryLinkKey, checkJoinSecret } from './join-secret.js';
import { parseAddress } from './postgres/address.js';
import { type Parameter, PostgresDatabase, type Statements } from './postgres/database.js';
import { LookoutDatabase } from './sqlite/database.js';

/** A table that was carried over. */
export interface MovedTable {
  readonly table: string;
  readonly rows: number;
}

/** In an order in which each row finds those that it refers to. */
export const MOVED_TABLES = [
  ...['cameras', 'camera_regions', 'camera_links', 'camera_shares', 'track_ids', 'settings', 'rules', 'suppressions'],
  ...['phrase_calibrations', 'phrase_examples', 'caption_vectors'],
  ...['users', 'passkeys', 'used_challenges', 'api_keys', 'sessions', 'sign_in_codes', 'audit'],
  ...['events', 'event_classes', 'event_changes', 'webhooks', 'deliveries'],
];
/** Rows written by one statement. */
const BATCH_ROWS = 500;

export interface MoveOptions {
  /** The data folder of the one server. */
  readonly data: string;
  /** Address of the Postgres database. */
  readonly database: string;
  /** Of the nodes that will share it. */
  readonly joinSecret: string;
}

/**
 * Copies what one server has stored into the empty database of a cluster, completely or not at all, and counts it there. The data folder
 * stays as it is, for the pictures and clips of events; its server must not run.
 * @throws LookoutError `conflict` if a server uses the folder, the database is not empty or has nodes with another join secret;
 *   `storage_failed`; `config_invalid`
 */
export async function moveDatabase({ data, database, joinSecret }: MoveOptions): Promise<MovedTable[]> {
  const address = parseAddress(database);
  const directory = DataDirectory.open(data);
  const closers: (() => unknown)[] = [() => directory.close()];
  try {
    const from = LookoutDatabase.open(directory.databasePath);
    closers.push(() => from.close());
    const to = await PostgresDatabase.open(address);
    closers.push(() => to.close());
    return await to.transaction(async (transaction) => {
      const moved: MovedTable[] = [];
      await checkJoinSecret(transaction, address.name, joinSecret);
      await expectEmpty(transaction, address.name);
      for (const table of MOVED_TABLES) {
        moved.push({ table, rows: await moveTable(from, transaction, table) });
      }
      await continueNumbers(from, transaction);
      await carryLinkKey(transaction, directory.secret('links'), joinSecret);
      return moved;
    });
  } finally {
    for (const closer of closers.reverse()) await closer();
  }
}

async function expectEmpty(to: Statements, name: string): Promise<void> {
  for (const table of MOVED_TABLES) {
    const rows = await to.all(`SELECT FROM ${table} LIMIT 1`);
    if (rows.length === 0) continue;
    throw new LookoutError('conflict', `The database ${name} is not empty: it has ${table}`, {
      hint: 'Create a new one, and name that. Nothing was changed.',
    });
  }
}

interface Column {
  name: string;
  /** Of Postgres. */
  type: string;
}

/** @returns the number of rows @throws LookoutError `storage_failed` if fewer arrived */
async function moveTable(from: LookoutDatabase, to: Statements, table: string): Promise<number> {
  const columns = await columnsOf(from, to, table);
  // As they were inserted, which is the order in which they are listed.
  const order = table === 'event_classes' ? 'class_name, event_id' : 'rowid';
  const [{ total } = { total: 0 }] = from.all(`SELECT count(*) AS total FROM ${table}`) as { total: number }[];
  for (let offset = 0; offset < total; offset += BATCH_ROWS) {
    const rows = from.all(`SELECT * FROM ${table} ORDER BY ${order} LIMIT ? OFFSET ?`, BATCH_ROWS, offset);
    await insert(to, table, columns, rows);
  }
  const [{ count } = { count: 0 }] = (await to.all(`SELECT count(*) FROM ${table}`)) as { count: number }[];
  if (count === total) return total;
  throw new LookoutError('storage_failed', `Of ${total} rows in ${table}, ${count} arrived: nothing was carried over`);
}

async function columnsOf(from: LookoutDatabase, to: Statements, table: string): Promise<Column[]> {
  const types = await to.all(
    'SELECT column_name, udt_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1',
    table,
  );
  return from.all(`SELECT name FROM pragma_table_info('${table}')`).map(({ name }) => {
    const type = types.find((each) => each.column_name === name)?.udt_name;
    if (type === undefined) throw new Error(`Postgres has no column ${table}.${name}`);
    return { name: String(name), type: String(type) };
  });
}

async function insert(
  to: Statements,
  table: string,
  columns: readonly Column[],
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  const names = columns.map(({ name }) => name).join(', ');
  const arrays = columns.map(({ type }, i) => `$${i + 1}::${type === 'jsonb' ? 'text' : type}[]`).join(', ');
  const values = columns.map(({ name, type }) => (type === 'jsonb' ? `${name}::jsonb` : name)).join(', ');
  await to.run(
    `INSERT INTO ${table} (${names}) OVERRIDING SYSTEM VALUE
     SELECT ${values} FROM unnest(${arrays}) WITH ORDINALITY AS moved (${names}, nth) ORDER BY nth`,
    ...columns.map(({ name, type }) => rows.map((row) => valueFor(type, row[name])) as Parameter),
  );
}

/** SQLite has no truth values, its driver returns bytes as an `ArrayBuffer`, and that of Postgres takes them as a `Buffer`. */
function valueFor(type: string, value: unknown): unknown {
  if (value === null) return null;
  if (type === 'bool') return value !== 0;
  return type === 'bytea' ? Buffer.from(value as ArrayBuffer) : value;
}

/** Numbers that were given away are not given again, even if their rows are gone: clients continue after them. */
async function continueNumbers(from: LookoutDatabase, to: Statements): Promise<void> {
  const last = new Map(from.all('SELECT name, seq FROM sqlite_sequence').map(({ name, seq }) => [name, Number(seq)]));
  for (const [table, sequence] of [
    ['event_changes', "'event_change_numbers'"],
    ['deliveries', "pg_get_serial_sequence('deliveries', 'id')"],
    ['audit', "pg_get_serial_sequence('audit', 'id')"],
  ] as const) {
    const number = last.get(table);
    if (number !== undefined && number > 0) await to.all(`SELECT setval(${sequence}, $1)`, number);
  }
}
