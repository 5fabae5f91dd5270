import { formatFps, formatMs, formatStage } from '../lib/format.js';
import { Facts, Panel } from '../ui/panel.js';
import type { Timing } from './timing.js';

const PARTS = [
  {
    key: 'uploadMs',
    name: 'Upload',
    colour: 'bg-line-strong',
    title: 'To the server and back: everything outside it',
  },
  { key: 'waitMs', name: 'Wait', colour: 'bg-warn', title: 'In the server: until a worker was free, and decoding' },
  { key: 'inferenceMs', name: 'Inference', colour: 'bg-accent', title: 'The model alone' },
] as const;

/** Where the milliseconds of the last call went. @param fps of a camera: answers a second */
export function TimingPanel({ timing, fps }: { timing: Timing | undefined; fps?: number }) {
  return (
    <Panel
      title="Timing"
      aside={timing && <span className="figures text-base font-semibold">{formatMs(timing.totalMs)}</span>}
    >
      {timing ? (
        <>
          <div aria-hidden="true" className="mb-3 flex h-2.5 gap-px overflow-hidden rounded-full bg-sunken">
            {PARTS.map(({ key, colour }) => (
              <div key={key} className={colour} style={{ width: `${(timing[key] / timing.totalMs) * 100}%` }} />
            ))}
          </div>
          <Facts
            items={[
              ...PARTS.map(({ key, name, colour, title }) => ({
                name,
                title,
                value: (
                  <span className="inline-flex items-center gap-2">
                    {formatStage(timing[key])} ms
                    <span aria-hidden="true" className={`size-2 rounded-full ${colour}`} />
                  </span>
                ),
              })),
              ...(fps === undefined ? [] : [{ name: 'Answers per second', value: formatFps(fps) }]),
            ]}
          />
        </>
      ) : (
        <p className="text-muted">Nothing was sent yet.</p>
      )}
    </Panel>
  );
}
