import type { WatchState } from '@lookout/client';
import { useEffect, useState } from 'react';
import { useParams } from 'react-router';
import { isClosedLink, useCameraLink } from '../api/queries.js';
import { useTitle } from '../lib/use-title.js';
import { Viewer } from '../player/viewer.js';
import { ClosedLink } from './closed-link.js';

/** One camera and nothing else, for whoever has the link; no sign-in. */
export default function ViewPage() {
  const { token = '' } = useParams();
  // Another link is another page: nothing of the last one stays.
  return <ViewOf key={token} token={token} />;
}

function ViewOf({ token }: { token: string }) {
  const [{ state }, setState] = useState<WatchState>({ state: 'connecting', reason: '' });
  const { data: camera, error, refetch } = useCameraLink(token, state === 'live');
  useTitle(camera?.name ?? 'Live picture');
  useEffect(() => {
    // Cut off: maybe the link was revoked, and then nothing more is tried.
    if (state === 'reconnecting' || state === 'refused') void refetch();
  }, [state, refetch]);
  if (isClosedLink(error)) return <ClosedLink onRetry={() => void refetch()} />;
  // A link that opens nothing is tried once, not by every part of the page: the server counts such attempts.
  if (!camera && !error) return <main className="h-dvh bg-picture" />;
  return <Viewer token={token} camera={camera} state={state} onState={setState} />;
}
