import type { ProbeResult } from '@lookout/protocol';
import { Check, CircleAlert } from 'lucide-react';
import { formatFps, formatMs, formatSize } from '../lib/format.js';
import { Button } from '../ui/button.js';

/** What a probe found, with its picture; or exactly why not, and what to try. */
export function ProbeReport({ result, onTrust }: { result: ProbeResult; onTrust: (tlsPin: string) => void }) {
  if (!result.ok) {
    const { tls_pin } = result;
    return (
      <div className="flex gap-3 rounded-md border border-bad/40 bg-bad-soft px-3.5 py-3">
        <CircleAlert size={18} className="mt-px shrink-0 text-bad" aria-hidden="true" />
        <div className="min-w-0">
          <p className="font-medium break-words">{result.reason}</p>
          {result.hint && <p className="mt-0.5 break-words text-muted">{result.hint}</p>}
          {tls_pin && (
            <Button className="mt-2" onClick={() => onTrust(tls_pin)}>
              Trust this certificate
            </Button>
          )}
        </div>
      </div>
    );
  }
  const facts = [
    formatSize(result.width, result.height),
    result.codec.toUpperCase(),
    result.fps === null ? undefined : `${formatFps(result.fps)} fps`,
    result.transport === result.codec ? undefined : `by ${result.transport}`,
  ].filter(Boolean);
  return (
    <div className="overflow-hidden rounded-md border border-line">
      <img
        src={result.picture}
        alt="What the camera sees now"
        width={result.width}
        height={result.height}
        className="max-h-64 w-full bg-picture object-contain"
      />
      <p className="flex items-center gap-2 px-3.5 py-2.5">
        <Check size={16} className="shrink-0 text-good" aria-hidden="true" />
        <span className="figures">{facts.join(' · ')}</span>
        <span className="figures ml-auto shrink-0 text-muted">found in {formatMs(result.elapsed_ms)}</span>
      </p>
    </div>
  );
}
