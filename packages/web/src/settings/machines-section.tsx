import type { Camera, ClusterNode } from '@lookout/protocol';
import { lookout } from '../api/client.js';
import { useCameras } from '../api/queries.js';
import { useNow } from '../lib/hooks.js';
import { timeInWords } from '../lib/when.js';
import { t } from '../strings/index.js';
import { settingsWords } from '../strings/settings.js';
import { Badge, type Tone } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { useNodeChange, useNodes } from './queries.js';

const CLOCK_MS = 60_000;
const TONES: Record<ClusterNode['state'], Tone> = { up: 'good', draining: 'warn', away: 'bad' };

/** The machines that share the cameras, and which of them reads which. */
export function MachinesSection() {
  const { data: nodes, error } = useNodes();
  const { data: cameras = [] } = useCameras();
  return (
    <>
      <p className="text-muted">{settingsWords.machines.intro}</p>
      <ErrorMessage error={error} />
      {nodes?.map((node) => (
        <MachinePanel key={node.id} node={node} cameras={cameras} />
      ))}
    </>
  );
}

function MachinePanel({ node, cameras }: { node: ClusterNode; cameras: readonly Camera[] }) {
  const words = settingsWords.machines;
  const { name, url, state, load, version, since, labels } = node;
  const now = useNow(CLOCK_MS);
  const drain = useNodeChange((id: string) => lookout.nodes.drain(id));
  const resume = useNodeChange((id: string) => lookout.nodes.resume(id));
  const facts = [words.version(version), words.since(timeInWords(since, now))];
  if (state !== 'away') facts.unshift(words.load(t.units.percent(load)));
  const isDraining = state === 'draining';
  const { mutate, isPending } = isDraining ? resume : drain;
  return (
    <Panel title={name}>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0 space-y-1">
          <Badge tone={TONES[state]} label={words.states[state]} />
          <p className="text-13 text-muted [overflow-wrap:anywhere]">{[url, ...facts].join(' · ')}</p>
          {labels.length > 0 && <p className="text-13 text-muted">{words.labels(labels.join(', '))}</p>}
        </div>
        {state !== 'away' && (
          <Button
            aria-label={(isDraining ? words.resumeNode : words.drainNode)(name)}
            disabled={isPending}
            onClick={() => mutate(node.id)}
          >
            {isDraining ? words.resume : words.drain}
          </Button>
        )}
      </div>
      <ErrorMessage error={drain.error ?? resume.error} />
      <NodeCameras node={node} cameras={cameras} />
      {isDraining && node.cameras.length > 0 && <p className="mt-2 text-13 text-muted">{words.stuck}</p>}
    </Panel>
  );
}

function NodeCameras({ node, cameras }: { node: ClusterNode; cameras: readonly Camera[] }) {
  const words = settingsWords.machines;
  const { arriving = [] } = node;
  const why = (id: string): string => {
    if (arriving.includes(id)) return words.why.arriving;
    if (node.state === 'draining') return words.why.handOver;
    const needs = cameras.find((camera) => camera.id === id)?.needs ?? [];
    return needs.length > 0 ? words.why.label(needs.join(', ')) : words.why.share;
  };
  return (
    <section className="mt-3">
      <h3 className="text-13 font-medium">{words.cameras(node.cameras.length)}</h3>
      <ul className="mt-1 space-y-0.5 text-13">
        {[...node.cameras, ...arriving].map((id) => (
          <li key={id}>
            {cameras.find((camera) => camera.id === id)?.name ?? id} <span className="text-muted">– {why(id)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
