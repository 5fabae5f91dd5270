import { Link } from 'react-router';
import { useTitle } from '../lib/use-title.js';
import { buttonClasses } from '../ui/button.js';

export function NotFoundPage() {
  useTitle('Not found');
  return (
    <div className="mx-auto max-w-md py-16 text-center">
      <h1 className="text-lg font-semibold">Page not found</h1>
      <p className="mt-1 mb-5 text-muted">The address may be mistyped, or the page was removed.</p>
      <Link to="/" className={buttonClasses('primary')}>
        Back to cameras
      </Link>
    </div>
  );
}
