import type { Camera } from '@lookout/protocol';
import { Link } from 'react-router';
import { useMay } from '../api/queries.js';
import { t } from '../strings/index.js';

const words = t.home.demo;

/** What becomes of the demo: the built-in one goes by itself, one that somebody added stays beside cameras of their own. */
export function DemoNote({ cameras }: { cameras: readonly Camera[] }) {
  const may = useMay();
  const demo = cameras.find(({ origin, url }) => origin === 'demo' || url?.startsWith('demo:'));
  if (!demo || !may.manage) return null;
  if (demo.origin === 'demo') return <p className="mb-3.5 text-muted">{words.goes}</p>;
  if (demo.origin !== 'api' || cameras.length === 1) return null;
  return (
    <p className="mb-3.5 text-muted">
      {words.stays}{' '}
      <Link to={`/cameras/${demo.id}/settings`} className="text-accent-text underline-offset-2 hover:underline">
        {words.remove}
      </Link>
    </p>
  );
}
