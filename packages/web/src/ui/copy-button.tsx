import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from './button.js';

/** Copies a text. @param label what it is, e.g. `Link to watch` */
export function CopyButton({ label, text }: { label: string; text: string }) {
  const [result, setResult] = useState<'copied' | 'refused'>();
  useEffect(() => {
    if (!result) return;
    const timer = setTimeout(() => setResult(undefined), 2000);
    return () => clearTimeout(timer);
  }, [result]);
  // Pages that did not come over HTTPS or loopback have no clipboard; there the text can be selected by hand.
  if (!navigator.clipboard) return null;
  const words =
    result === 'copied' ? 'Copied' : result === 'refused' ? 'The browser refused to copy' : `Copy: ${label}`;
  return (
    <IconButton
      label={words}
      className="size-8 shrink-0"
      onClick={() =>
        navigator.clipboard.writeText(text).then(
          () => setResult('copied'),
          () => setResult('refused'),
        )
      }
    >
      {result === 'copied' ? <Check size={15} aria-hidden="true" /> : <Copy size={15} aria-hidden="true" />}
    </IconButton>
  );
}
