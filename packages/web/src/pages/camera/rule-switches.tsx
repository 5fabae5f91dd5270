import type { Camera, StoredRule } from '@lookout/protocol';
import { Link } from 'react-router';
import { useMay } from '../../api/queries.js';
import { useNow } from '../../lib/hooks.js';
import { timeInWords } from '../../lib/when.js';
import { rulesOnCamera } from '../../rules/model/covered-cameras.js';
import { useRules, useUpdateRule } from '../../rules/queries.js';
import { t } from '../../strings/index.js';
import { Switch } from '../../ui/choice.js';
import { ErrorMessage } from '../../ui/message.js';

const words = t.cameraPage.rules;
const MINUTE_MS = 60_000;

/** The rules that can warn about a camera, and whether they are on. @param withHistory also when each last warned */
export function RuleSwitches({ camera, withHistory = false }: { camera: Camera; withHistory?: boolean }) {
  const { data, error } = useRules();
  const rules = data && rulesOnCamera(data, camera);
  return (
    <>
      <ErrorMessage error={error} />
      {rules?.length === 0 && <p className="text-13 text-muted">{words.none}</p>}
      <ul>
        {rules?.map((rule) => (
          <li key={rule.id}>
            <RuleSwitch rule={rule} withHistory={withHistory} />
          </li>
        ))}
      </ul>
    </>
  );
}

function RuleSwitch({ rule, withHistory }: { rule: StoredRule; withHistory: boolean }) {
  const may = useMay();
  const update = useUpdateRule(rule.id);
  const nowMs = useNow(MINUTE_MS);
  const lastAt = rule.last_event_at;
  return (
    <div className="py-1.5">
      <div className="flex min-h-9 items-center justify-between gap-4">
        <div className="min-w-0 text-pretty break-words">
          {may.operate ? (
            <Link to={`/rules/${encodeURIComponent(rule.id)}/edit`} className="hover:underline">
              {rule.summary}
            </Link>
          ) : (
            rule.summary
          )}
          {withHistory && (
            <p className="text-12 text-muted">
              {lastAt === null ? words.never : words.lastWarned(timeInWords(lastAt, nowMs))}
            </p>
          )}
        </div>
        {may.operate && (
          <Switch
            label={t.rules.on(rule.summary)}
            isLabelHidden
            checked={rule.enabled}
            onCheckedChange={(enabled) => update.mutate({ enabled })}
          />
        )}
      </div>
      <ErrorMessage error={update.error} />
    </div>
  );
}
