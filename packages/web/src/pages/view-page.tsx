import { useParams } from 'react-router';
import { isUnauthorized, useViewStats } from '../api/queries.js';
import { useTitle } from '../lib/use-title.js';
import { FiguresBar } from '../player/figures-bar.js';
import { LiveView, useMeter } from '../player/live-view.js';
import { DEFAULT_OVERLAY } from '../player/overlay.js';
import { SignInPage } from './sign-in-page.js';

/** One camera and nothing else, for whoever has the link. */
export function ViewPage() {
  const { token = '' } = useParams();
  const { error, refetch } = useViewStats(token);
  if (isUnauthorized(error)) return <SignInPage onSignedIn={() => void refetch()} />;
  return <View key={token} token={token} />;
}

function View({ token }: { token: string }) {
  useTitle('View');
  const meter = useMeter();
  return (
    <main className="flex h-dvh flex-col bg-picture">
      <div className="min-h-0 flex-1">
        <LiveView token={token} name="camera" overlay={DEFAULT_OVERLAY} meter={meter} layout="fill" />
      </div>
      <FiguresBar meter={meter} />
    </main>
  );
}
