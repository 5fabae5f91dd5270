import { LookoutError } from '@lookout/protocol';
import type { Settings } from '../platform/config/settings.js';
import { readJoinSecret } from '../platform/storage/join-secret.js';
import { moveDatabase } from '../platform/storage/move-database.js';

/** `lookout db move`: prints what has arrived in the database, table by table. */
export async function move(
  database: string,
  { data, cluster }: Pick<Settings, 'data' | 'cluster'>,
  json: boolean,
): Promise<void> {
  const { join_secret_file: file } = cluster;
  if (file === undefined) {
    throw new LookoutError('config_invalid', 'db move: expected --join-secret-file', {
      hint: 'Name the file that all nodes will have. Make one with: openssl rand -base64 32',
    });
  }
  const moved = await moveDatabase({ data, database, joinSecret: readJoinSecret(file) });
  if (json) return void console.log(JSON.stringify(moved, null, 2));
  const width = Math.max(...moved.map(({ rows }) => String(rows).length));
  for (const { table, rows } of moved) console.log(`${String(rows).padStart(width)}  ${table}`);
  console.log(
    `Everything in ${data} has been copied and counted. Start the first node with the same --data: it has the pictures.`,
  );
}
