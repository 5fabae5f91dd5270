import { Check } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';

const ITEM =
  'flex min-h-target cursor-pointer items-center gap-2.5 rounded-md px-3 font-medium outline-none select-none data-highlighted:bg-sunken';

/** A list of actions that opens below a button. */
export function Menu({ trigger, children }: { trigger: ReactNode; children: ReactNode }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="z-50 min-w-52 rounded-lg border border-line bg-raised p-1.5 text-text shadow-3"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export interface MenuItemProps {
  icon?: ReactNode;
  tone?: 'plain' | 'danger';
  onSelect: () => void;
  children: ReactNode;
}

export function MenuItem({ icon, tone = 'plain', onSelect, children }: MenuItemProps) {
  return (
    <DropdownMenu.Item onSelect={onSelect} className={tone === 'danger' ? `${ITEM} text-bad` : ITEM}>
      {icon}
      {children}
    </DropdownMenu.Item>
  );
}

export interface MenuCheckProps {
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  children: ReactNode;
}

/** An entry that is on or off. */
export function MenuCheck({ children, ...rest }: MenuCheckProps) {
  return (
    <DropdownMenu.CheckboxItem className={ITEM} {...rest}>
      <span className="size-3.75">
        <DropdownMenu.ItemIndicator>
          <Check size={15} aria-hidden="true" />
        </DropdownMenu.ItemIndicator>
      </span>
      {children}
    </DropdownMenu.CheckboxItem>
  );
}

export function MenuLine() {
  return <DropdownMenu.Separator className="my-1.5 h-px bg-line" />;
}
