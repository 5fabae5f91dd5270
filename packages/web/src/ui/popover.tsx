import type { LucideIcon } from 'lucide-react';
import { type ReactNode, type ToggleEvent, useId } from 'react';
import { IconButton } from './button.js';
import { GlassButton } from './glass-button.js';

/** Room that a panel needs below its button, CSS pixels; with less, it opens above. */
const NEEDED_PX = 320;
const GAP_PX = 6;
/** Of a panel; the narrowest phones have more. */
const MAX_WIDTH_PX = 304;

export interface PopoverProps {
  label: string;
  Icon: LucideIcon;
  className?: string;
  /** Its button stands on a picture. */
  isOnPicture?: boolean;
  children: ReactNode;
}

/** A button that opens a small panel beside it, which Escape or a press elsewhere closes. */
export function Popover({ label, Icon, className, isOnPicture = false, children }: PopoverProps) {
  const id = useId();
  const place = ({ newState, currentTarget: { style } }: ToggleEvent<HTMLDivElement>) => {
    const button = document.querySelector(`[popovertarget="${id}"]`)?.getBoundingClientRect();
    if (newState !== 'open' || !button) return;
    const isBelow = button.bottom + NEEDED_PX < window.innerHeight;
    const right = Math.min(window.innerWidth - button.right, window.innerWidth - GAP_PX - MAX_WIDTH_PX);
    style.right = `${Math.max(GAP_PX, right)}px`;
    style.maxWidth = `${MAX_WIDTH_PX}px`;
    style.top = isBelow ? `${button.bottom + GAP_PX}px` : 'auto';
    style.bottom = isBelow ? 'auto' : `${window.innerHeight - button.top + GAP_PX}px`;
  };
  const Trigger = isOnPicture ? GlassButton : IconButton;
  return (
    <>
      <Trigger label={label} popoverTarget={id} {...(className !== undefined && { className })}>
        <Icon size={18} aria-hidden="true" />
      </Trigger>
      <div
        id={id}
        popover="auto"
        onBeforeToggle={place}
        className="fixed inset-auto m-0 max-h-[calc(100dvh-1rem)] overflow-y-auto rounded-lg border border-line bg-raised p-2 text-text shadow-3"
      >
        {children}
      </div>
    </>
  );
}
