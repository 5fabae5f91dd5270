import type { Camera } from '@lookout/protocol';
import { Link } from 'react-router';
import { useMay } from '../../api/queries.js';
import type { ComposeState } from '../../rules/compose-state.js';
import { askingRules } from '../../rules/model/covered-cameras.js';
import { useRules } from '../../rules/queries.js';
import { SentAway } from '../../second-look/index.js';
import { t } from '../../strings/index.js';
import { buttonClasses } from '../../ui/button.js';
import { Panel } from '../../ui/panel.js';
import { ZonesPanel } from '../../zones/zones-panel.js';
import { RuleSwitches } from './rule-switches.js';

const words = t.cameraPage.rules;

/** What is watched for on one camera. */
export function RulesTab({ camera }: { camera: Camera }) {
  const may = useMay();
  // All at once, so that nothing moves when the rest arrives.
  const { data, isPending } = useRules();
  if (isPending) return null;
  return (
    <div className="flat-panels">
      <Panel title={words.title}>
        <RuleSwitches camera={camera} withHistory />
        <div className="mt-4 flex flex-wrap gap-2">
          {may.operate && (
            <Link
              to="/rules/new"
              state={{ camera: camera.id } satisfies ComposeState}
              className={buttonClasses('primary')}
            >
              {words.new}
            </Link>
          )}
          <Link to="/rules" className={buttonClasses()}>
            {words.all}
          </Link>
        </div>
      </Panel>
      <SentAway rules={askingRules(data ?? [], camera)} />
      <ZonesPanel camera={camera} />
    </div>
  );
}
