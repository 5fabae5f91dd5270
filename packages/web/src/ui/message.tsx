import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

/** What went wrong, in the server's words, and what to try. */
export function ErrorMessage({ error, children }: { error: unknown; children?: ReactNode }) {
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
  return (
    <div role="alert" className="flex gap-3 rounded-md border border-bad/40 bg-bad-soft px-3.5 py-3">
      <CircleAlert size={18} className="mt-px shrink-0 text-bad" aria-hidden="true" />
      <div className="min-w-0">
        <p className="font-medium break-words">{message}</p>
        {hint && <p className="mt-0.5 text-muted">{hint}</p>}
        {children}
      </div>
    </div>
  );
}
