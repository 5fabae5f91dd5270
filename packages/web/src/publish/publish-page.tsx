import { useEffect, useState, useSyncExternalStore } from 'react';
import { useParams } from 'react-router';
import { isClosedLink, useCameraLink } from '../api/queries.js';
import { useTitle } from '../lib/hooks.js';
import { ClosedLink } from '../pages/closed-link.js';
import { t } from '../strings/index.js';
import { Badge } from '../ui/badge.js';
import { Mark } from '../ui/logo.js';
import { ThemeToggle } from '../ui/theme.js';
import { Preview } from './preview.js';
import { PublishControls } from './publish-controls.js';
import { PublishFacts } from './publish-facts.js';
import { PublishStore } from './publish-store.js';
import { statusOf } from './publish-words.js';

/** Makes this device a camera, for anyone who has the link; no sign-in. */
export default function PublishPage() {
  const { token = '' } = useParams();
  // Another link is another camera: nothing of the last one stays.
  return <PublisherOf key={token} token={token} />;
}

function PublisherOf({ token }: { token: string }) {
  useTitle(t.publish.page);
  const store = usePublishStore(token);
  return store && <Publisher token={token} store={store} />;
}

function Publisher({ token, store }: { token: string; store: PublishStore }) {
  const view = useSyncExternalStore(store.subscribe, store.snapshot);
  const [boxes, setBoxes] = useState(false);
  const running = view.source.state !== 'off';
  const { error, refetch } = useCameraLink(token, running);
  const status = statusOf(view);
  if (!running && isClosedLink(error)) return <ClosedLink onRetry={() => void refetch()} />;
  return (
    <main className="relative flex h-dvh flex-col">
      <header className="flex h-13 shrink-0 items-center gap-2.5 border-b border-line bg-surface px-4 sideways:always-dark sideways:absolute sideways:top-0 sideways:left-0 sideways:z-10 sideways:border-0 sideways:bg-transparent sideways:text-text">
        <Mark />
        <h1 className="text-15 font-semibold tracking-tight">{t.publish.page}</h1>
        <span className="ml-auto">
          <Badge tone={status.tone} label={status.label} />
        </span>
        <ThemeToggle />
      </header>
      <div className="flex min-h-0 flex-1 flex-col side:flex-row">
        <div className="min-h-0 min-w-0 flex-1">
          <Preview token={token} view={view} store={store} status={status} boxes={boxes && running} />
        </div>
        {running && (
          <div className="flex max-h-[60%] shrink-0 flex-col overflow-y-auto border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] side:max-h-none side:w-[min(22rem,45vw)] side:border-t-0 side:border-l sideways:always-dark sideways:absolute sideways:inset-y-0 sideways:right-0 sideways:w-20 sideways:border-0 sideways:bg-transparent sideways:text-text">
            <PublishControls view={view} store={store} boxes={boxes} onBoxes={setBoxes} />
            <div className="sideways:hidden">
              <PublishFacts view={view} />
            </div>
          </div>
        )}
      </div>
    </main>
  );
}

/** Created in an effect, since it listens to the browser for as long as it exists. */
function usePublishStore(token: string): PublishStore | undefined {
  const [store, setStore] = useState<PublishStore>();
  useEffect(() => {
    const made = new PublishStore(token);
    setStore(made);
    return () => made.close();
  }, [token]);
  return store;
}
