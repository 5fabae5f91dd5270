import { type ReactNode, useEffect, useRef } from 'react';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';

export interface StepFrameProps {
  title: string;
  note?: ReactNode;
  /** Beside the title. */
  aside?: ReactNode;
  /** Absent: there is no way back. */
  onBack?: (() => void) | undefined;
  backLabel?: string;
  /** What leads on, beside the way back. */
  next?: ReactNode;
  children: ReactNode;
}

/** One step: what it asks, and the ways back and on. Its heading has the focus at first, so that it is read out. */
export function StepFrame({ title, note, aside, onBack, backLabel = t.add.back, next, children }: StepFrameProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    window.scrollTo(0, 0);
    // A field that asks for it keeps the focus.
    if (!heading.current?.closest('section')?.contains(document.activeElement)) heading.current?.focus();
  }, []);
  return (
    <section>
      <div className="mb-5 flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h1 ref={heading} tabIndex={-1} className="text-26 text-balance break-words outline-none phone:text-20">
            {title}
          </h1>
          {note && <div className="mt-1 text-muted">{note}</div>}
        </div>
        {aside}
      </div>
      {children}
      {(onBack || next) && (
        <div className="mt-7 flex flex-wrap items-center justify-between gap-2.5">
          {onBack ? (
            <Button variant="ghost" onClick={onBack} className="min-h-12 px-5">
              {backLabel}
            </Button>
          ) : (
            <span className="phone:hidden" />
          )}
          {/* The main way on is the last; on phones it comes first. */}
          <div className="flex flex-wrap justify-end gap-2.5 phone:flex-1 phone:flex-col-reverse">{next}</div>
        </div>
      )}
    </section>
  );
}

/** The look of what leads on. */
export const NEXT = 'min-h-12 rounded-[12px] px-5 text-15';

export interface BesidePictureProps {
  picture: ReactNode;
  /** Whether it comes first where there is no room beside it. */
  isFirst?: boolean;
  children: ReactNode;
}

/** What is asked, and beside it the picture. */
export function BesidePicture({ picture, isFirst = false, children }: BesidePictureProps) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)] items-start gap-7 max-[56rem]:grid-cols-1">
      <div className="space-y-4">{children}</div>
      <div className={`min-w-0 space-y-3.5 ${isFirst ? 'max-[56rem]:order-first' : ''}`}>{picture}</div>
    </div>
  );
}
