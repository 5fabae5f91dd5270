import { AuditPanel } from './audit-panel.js';
import { DevicesPanel } from './devices-panel.js';
import { UsersPanel } from './users-panel.js';

/** Who has an account, who is signed in, and who did what. */
export function PeopleSection() {
  return (
    <>
      <UsersPanel />
      <DevicesPanel whose="all" />
      <AuditPanel />
    </>
  );
}
