import type { Settings } from '../platform/config/settings.js';
import { openSharedKeys } from '../platform/storage/cluster-storage.js';
import { type KeyStorage, openKeys } from '../platform/storage/index.js';

type Place = Pick<Settings, 'data' | 'cluster'>;

/** Opens the keys and users of this server, or those of all nodes. @throws LookoutError `storage_failed` */
export function openKeysOf({ data, cluster }: Place): Promise<KeyStorage> {
  return cluster.database === undefined ? openKeys(data) : openSharedKeys(cluster.database);
}

/** Where they are, in messages. */
export function placeOfKeys({ data, cluster }: Place): string {
  return cluster.database === undefined ? data : 'the database of the nodes';
}
