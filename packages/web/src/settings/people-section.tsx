import { DevicesPanel } from './devices-panel.js';
import { UsersPanel } from './users-panel.js';

/** Who has an account, and who is signed in. */
export function PeopleSection() {
  return (
    <>
      <UsersPanel />
      <DevicesPanel whose="all" />
    </>
  );
}
