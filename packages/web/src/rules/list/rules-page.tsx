import type { Camera } from '@lookout/protocol';
import { Plus } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import { useCameras, useMay, useModels, useSystemInfo } from '../../api/queries.js';
import { useNow, useTitle } from '../../lib/hooks.js';
import { t } from '../../strings/index.js';
import { buttonClasses } from '../../ui/button.js';
import { ErrorMessage } from '../../ui/message.js';
import { PageHead } from '../../ui/page-head.js';
import { Skeleton } from '../../ui/skeleton.js';
import { StreetScene } from '../../ui/street-scene.js';
import { Examples } from '../compose/examples.js';
import type { ComposeState } from '../compose-state.js';
import { placesOf } from '../model/places.js';
import { useMode, useRules, useSuppressions } from '../queries.js';
import { ModeCards } from './mode-cards.js';
import { RuleCard } from './rule-card.js';

const words = t.rules;
const MINUTE_MS = 60_000;
const NO_CAMERAS: Camera[] = [];

/** What Lookout warns about. */
export default function RulesPage() {
  useTitle(words.page);
  const { data: rules, error } = useRules();
  const { data: cameras = NO_CAMERAS } = useCameras();
  const { data: mode } = useMode();
  const suppressions = useSuppressions(cameras);
  const may = useMay();
  const places = placesOf(cameras);
  const { data: system } = useSystemInfo();
  const nowMs = useNow(MINUTE_MS);
  return (
    <>
      <PageHead title={words.page} note={words.text}>
        {may.operate && (
          <Link
            to="/rules/new"
            className={buttonClasses(
              'primary',
              'phone:fixed phone:top-1.5 phone:right-2 phone:z-30 phone:size-11 phone:p-0',
            )}
          >
            <Plus size={16} aria-hidden="true" />
            <span className="phone:sr-only">{words.newRule}</span>
          </Link>
        )}
      </PageHead>
      <ErrorMessage error={error} className="mb-4" />
      {rules && rules.length > 0 && <ModeCards rules={rules} />}
      {!rules && !error && <Skeleton count={3} className="mt-6 grid gap-3" part="h-32 phone:h-44" />}
      <div className="mt-6 grid gap-3">
        {rules?.map((rule) => (
          <RuleCard
            key={rule.id}
            rule={rule}
            cameras={cameras}
            places={places}
            suppressions={suppressions}
            mode={mode?.mode}
            nowMs={nowMs}
          />
        ))}
      </div>
      {rules?.length === 0 && <NoRules cameras={cameras} />}
      {/* It is below the rules, so it waits for them. */}
      {(rules || error) && (
        <p className="mt-4 text-13 text-muted">
          {system && `${words.timezone(system.timezone)} `}
          <Link to="/warnings" className="font-medium text-accent-text hover:underline">
            {words.howWarned}
          </Link>
        </p>
      )}
    </>
  );
}

/** Sentences to start from. */
function NoRules({ cameras }: { cameras: readonly Camera[] }) {
  const { data: models } = useModels();
  const navigate = useNavigate();
  const start = (sentence: string) => {
    const state: ComposeState = { sentence };
    void navigate('/rules/new', { state });
  };
  return (
    <section className="mx-auto max-w-218 py-6">
      {cameras.length === 0 && (
        <div className="mb-6 max-w-72">
          <StreetScene label={t.home.empty.scene} />
        </div>
      )}
      <h2 className="text-20">{words.empty.title}</h2>
      <p className="mt-1 mb-5 text-muted">{cameras.length > 0 ? words.empty.text : words.empty.noCameras}</p>
      {cameras.length > 0 ? (
        <Examples cameras={cameras} classes={models?.find((model) => model.default)?.classes ?? []} onChoose={start} />
      ) : (
        <Link to="/" className={buttonClasses()}>
          {words.empty.addCamera}
        </Link>
      )}
    </section>
  );
}
