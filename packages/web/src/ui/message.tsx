import { CircleAlert, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

/** What went wrong and what to try, in a box. */
export function Problem({
  title,
  advice,
  children,
}: {
  title: string;
  advice?: string | undefined;
  children?: ReactNode;
}) {
  return (
    <div role="alert" className="flex gap-3 rounded-[12px] bg-bad-soft px-3.5 py-3">
      <CircleAlert size={18} className="mt-px shrink-0 text-bad" aria-hidden="true" />
      <div className="min-w-0 break-words">
        <p className="font-medium">{title}</p>
        {advice && <p className="mt-0.5 text-muted">{advice}</p>}
        {children}
      </div>
    </div>
  );
}

/** An error in the server's words; nothing if there is none. */
export function ErrorMessage({ error, className }: { error: unknown; className?: string }) {
  if (error === undefined || error === null) return null;
  const hint = error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
  return (
    <div className={className}>
      <Problem title={error instanceof Error ? error.message : String(error)} advice={hint} />
    </div>
  );
}

/** Something the user should know before continuing. */
export function Warning({ children }: { children: ReactNode }) {
  return (
    <div className="flex gap-2.5 rounded-[12px] bg-warn-soft px-3.5 py-3 text-13 text-warn">
      <TriangleAlert size={16} className="mt-px shrink-0" aria-hidden="true" />
      <p className="text-pretty">{children}</p>
    </div>
  );
}

/** A text that may contain `code` between backticks. */
export function Prose({ text }: { text: string }) {
  return text.split('`').map((part, i) =>
    i % 2 === 0 ? (
      part
    ) : (
      <code key={part} className="rounded-xs bg-surface px-0.5 py-px font-mono whitespace-nowrap">
        {part}
      </code>
    ),
  );
}

/** Over a picture, or in its place: what is wrong, and what to do. */
export function PictureNotice({
  title,
  advice,
  children,
}: {
  title: string;
  advice?: string | undefined;
  children?: ReactNode;
}) {
  return (
    <div className="absolute inset-0 grid place-items-center overflow-y-auto p-4 text-center text-white">
      <div className="max-w-prose">
        <p className="text-15 font-semibold">{title}</p>
        {advice && <p className="mt-0.5 text-pretty break-words text-on-glass-muted">{advice}</p>}
        {children}
      </div>
    </div>
  );
}
