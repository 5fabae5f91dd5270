import { Link } from 'react-router';
import { useTitle } from '../lib/hooks.js';
import { t } from '../strings/index.js';
import { buttonClasses } from '../ui/button.js';

export function NotFoundPage() {
  useTitle(t.notFound.page);
  return (
    <div className="mx-auto max-w-md py-16 text-center">
      <h1 className="text-20">{t.notFound.title}</h1>
      <p className="mt-1 mb-5 text-muted">{t.notFound.text}</p>
      <Link to="/" className={buttonClasses('primary')}>
        {t.notFound.back}
      </Link>
    </div>
  );
}
