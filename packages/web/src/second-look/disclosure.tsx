import type { SecondLookState } from '@lookout/protocol';
import { timeInWords } from '../lib/when.js';
import { secondLookWords } from '../strings/second-look.js';
import { Panel } from '../ui/panel.js';
import { useSecondLook } from './queries.js';

const words = secondLookWords.camera;

/** Which pictures of a camera leave the machine, where they are sent, and the consent to it. */
export default function Disclosure({ rules }: { rules: number }) {
  const { data: state } = useSecondLook();
  if (!state) return null;
  return (
    <Panel title={words.title}>
      <p className="text-13 text-pretty break-words text-muted">
        {sentInWords(state)} {words.rules(rules)}
      </p>
    </Panel>
  );
}

function sentInWords({ host, reach, consent, problem }: SecondLookState): string {
  if (host === null) return words.noHost;
  if (problem === 'not_found') return words.notFound(host);
  if (reach === 'local') return words.local(host);
  if (!consent) return words.nothing(host);
  return words.outside(host, timeInWords(consent.at, Date.now()), consent.by ?? words.somebody);
}
