import type { ProbeResult } from '@lookout/protocol';
import { useEffect, useState } from 'react';
import { formatFps, formatMs, formatSize } from '../lib/format.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { Problem } from '../ui/message.js';

const words = t.add.address;

/** Why an address gave no picture, and what to try. */
export function ProbeFailure({
  result,
  onTrust,
}: {
  result: ProbeResult & { ok: false };
  onTrust: (tlsPin: string) => void;
}) {
  const { reason, hint, tls_pin } = result;
  return (
    <Problem title={reason} advice={hint}>
      {tls_pin && (
        <Button className="mt-2" onClick={() => onTrust(tls_pin)}>
          {words.trust}
        </Button>
      )}
    </Problem>
  );
}

/** `640 × 480 · H264 · 25 fps · over rtsp/tcp · found in 210 ms` */
export function probedInWords({
  codec,
  fps,
  width,
  height,
  transport,
  elapsed_ms,
}: ProbeResult & { ok: true }): string {
  return [
    formatSize(width, height),
    codec.toUpperCase(),
    fps !== null && t.units.fps(formatFps(fps)),
    transport !== codec && t.add.watch.by(transport),
    t.add.watch.foundIn(formatMs(elapsed_ms)),
  ]
    .filter(Boolean)
    .join(' · ');
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
