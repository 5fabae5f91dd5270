import type { ProbeResult } from '@lookout/protocol';
import { Check } from 'lucide-react';
import { useEffect, useState } from 'react';
import { formatFps, formatMs, formatSize } from '../lib/format.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { Problem } from '../ui/message.js';

const words = t.cameras.add;

/** The result of a probe, with its picture; or why it failed, and what to try. */
export function ProbeReport({ result, onTrust }: { result: ProbeResult; onTrust?: (tlsPin: string) => void }) {
  if (!result.ok) {
    const { reason, hint, tls_pin } = result;
    return (
      <Problem title={reason} advice={hint}>
        {tls_pin && onTrust && (
          <Button className="mt-2" onClick={() => onTrust(tls_pin)}>
            {words.trust}
          </Button>
        )}
      </Problem>
    );
  }
  const { codec, fps, width, height, picture, transport, elapsed_ms } = result;
  const facts = [
    formatSize(width, height),
    codec.toUpperCase(),
    fps !== null && t.units.fps(formatFps(fps)),
    transport !== codec && words.by(transport),
  ].filter(Boolean);
  return (
    <div className="overflow-hidden rounded-md border border-line">
      <img
        src={picture}
        alt={words.picture}
        width={width}
        height={height}
        className="max-h-64 w-full bg-picture object-contain"
      />
      <p className="flex items-center gap-2 px-3.5 py-2.5">
        <Check size={16} className="shrink-0 text-good" aria-hidden="true" />
        <span className="figures">{facts.join(' · ')}</span>
        <span className="figures ml-auto shrink-0 text-muted">{words.foundIn(formatMs(elapsed_ms))}</span>
      </p>
    </div>
  );
}

const MAX_PROBE_S = 5;
const PROGRESS_EVERY_MS = 100;

/** Progress of a probe. */
export function ProbeProgress() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const startedAt = performance.now();
    const timer = setInterval(() => setSeconds((performance.now() - startedAt) / 1000), PROGRESS_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="rounded-md border border-line bg-sunken px-3.5 py-3">
      <p className="flex justify-between">
        <span>{words.probing}</span>
        <span aria-hidden="true" className="figures text-muted">
          {words.probingFor(seconds)}
        </span>
      </p>
      <div className="mt-2 h-1 overflow-hidden rounded-full bg-line" aria-hidden="true">
        <div
          className="h-full rounded-full bg-accent"
          style={{ width: `${Math.min(100, (seconds / MAX_PROBE_S) * 100)}%` }}
        />
      </div>
    </div>
  );
}
