import { useParams } from 'react-router';
import { isClosedLink } from '../api/queries.js';
import { useTitle } from '../lib/hooks.js';
import { usePlayerChoices } from '../player/choices.js';
import { useMeter } from '../player/live-view.js';
import { Player } from '../player/player.js';
import { t } from '../strings/index.js';
import { ClosedLink } from './closed-link.js';
import { useOpenLink } from './use-open-link.js';

/** Shows one camera to anyone who has the link; no sign-in. */
export default function ViewPage() {
  const { token = '' } = useParams();
  // Another link is another page: nothing of the last one stays.
  return <ViewOf key={token} token={token} />;
}

function ViewOf({ token }: { token: string }) {
  const { camera, error, refetch, state, setState } = useOpenLink(token);
  const meter = useMeter();
  const control = usePlayerChoices();
  useTitle(camera?.name ?? t.player.page);
  if (isClosedLink(error)) return <ClosedLink onRetry={() => void refetch()} />;
  return (
    <main className="always-dark h-dvh bg-picture text-text">
      {/* A link that doesn't work is tried once, not by every part of the page: the server counts such attempts. */}
      {(camera || error) && (
        <Player
          token={token}
          name={camera?.name}
          // Arriving pictures are newer than the server's last answer.
          camera={state === 'live' ? undefined : camera}
          videoCodec={camera?.video?.codec}
          meter={meter}
          layout="window"
          awayAdvice={t.player.notices.comesByItself}
          onState={setState}
          {...control}
        />
      )}
    </main>
  );
}
