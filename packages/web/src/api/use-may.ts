import { useSession } from './queries.js';

/** What the server lets us do. What it would refuse is not offered; until it has said, all is. */
export function useMay(): { manage: boolean; operate: boolean; detect: boolean } {
  const { data: session } = useSession();
  const scope = session?.scope ?? 'admin';
  return {
    manage: scope === 'admin',
    operate: scope === 'admin' || scope === 'operator',
    detect: scope !== 'viewer',
  };
}
