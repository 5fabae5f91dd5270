import { TriangleAlert } from 'lucide-react';
import type { ShareOrigin } from './share-origin.js';

/** What a phone still needs before it can use the links; nothing where it needs nothing. */
export function PhoneHint({ obstacle }: Pick<ShareOrigin, 'obstacle'>) {
  if (obstacle === 'none') return null;
  return (
    <div className="flex gap-2.5 rounded-md border border-line bg-sunken px-3 py-2.5 text-[0.8125rem]">
      <TriangleAlert size={16} className="mt-0.5 shrink-0 text-warn" aria-hidden="true" />
      <p className="text-pretty">
        {obstacle === 'this-machine'
          ? 'These links open on this computer only. For a phone, start the server with '
          : 'Phones can watch with these links, but allow their camera only on HTTPS pages. Start the server with '}
        <code className="rounded bg-surface px-1 py-px font-mono whitespace-nowrap">npm start -- --https</code> and open
        the https address it prints.
      </p>
    </div>
  );
}
