import { Eye, EyeOff, ScanLine } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { t } from '../strings/index.js';
import { IconButton } from '../ui/button.js';

const words = t.signIn;

export interface KeyFieldProps {
  value: string;
  onChange: (value: string) => void;
  /** Undefined: this browser can't scan here. */
  onScan: (() => void) | undefined;
}

/** The key, hidden as a password is, to be shown or scanned. */
export function KeyField({ value, onChange, onScan }: KeyFieldProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isShown, setIsShown] = useState(false);
  useEffect(() => input.current?.focus(), []);
  const Icon = isShown ? EyeOff : Eye;
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-13 font-strong">
        {words.key}
      </label>
      <div className="flex items-center rounded-md border border-line-strong bg-surface has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-offset-2 has-[input:focus-visible]:outline-accent">
        <input
          ref={input}
          id={id}
          type={isShown ? 'text' : 'password'}
          name="key"
          autoComplete="current-password"
          autoCapitalize="none"
          placeholder="lk_…"
          required
          spellCheck={false}
          value={value}
          onChange={({ target }) => onChange(target.value)}
          aria-describedby={`${id}-hint`}
          className="h-11 min-w-0 flex-1 bg-transparent px-3 text-15 outline-none placeholder:text-muted"
        />
        <IconButton label={isShown ? words.hide : words.show} onClick={() => setIsShown(!isShown)}>
          <Icon size={18} aria-hidden="true" />
        </IconButton>
        {onScan && (
          <IconButton label={words.scan} onClick={onScan}>
            <ScanLine size={18} aria-hidden="true" />
          </IconButton>
        )}
      </div>
      <p id={`${id}-hint`} className="mt-1.5 text-13 text-muted">
        {words.keyHint}
      </p>
    </div>
  );
}
