import { t } from '../../strings/index.js';
import { Warning } from '../../ui/message.js';
import { useStorageAway } from '../queries.js';

/** On every page, while the database of several machines is away. */
export function StorageNote() {
  if (!useStorageAway()) return null;
  return (
    <div role="status" className="mx-auto max-w-316 px-6 pt-4 phone:px-4">
      <Warning>{t.events.storageAway}</Warning>
    </div>
  );
}
