import type { Camera } from '@lookout/protocol';
import { useEffect, useRef } from 'react';
import { useEventFeed } from '../events/event-feed.js';
import { useIdle } from '../lib/hooks.js';
import { useVersion } from '../settings/queries.js';
import { classes } from '../ui/classes.js';
import { ErrorMessage } from '../ui/message.js';
import { EmptyWall } from './empty-wall.js';
import type { WallAddress } from './model/wall-address.js';
import type { WallGroup } from './model/wall-setup.js';
import { useKeepAwake } from './use-keep-awake.js';
import { useSpotlight } from './use-spotlight.js';
import { WallTiles } from './wall-tiles.js';

const HIDE_POINTER_MS = 3000;

export interface ShownWall {
  /** Every camera, in order; undefined until the server has answered. */
  all: readonly Camera[] | undefined;
  /** Those of the group or the address. */
  shown: readonly Camera[] | undefined;
  /** Undefined: all cameras, or there is no such group. */
  group: WallGroup | undefined;
  address: WallAddress;
  error: Error | null;
}

/** Nothing but the wall. Everything connects again by itself; after a sign-in has ended, the page asks for one and goes on here. */
export function Kiosk({ shown, address, error, group, wake }: ShownWall & { wake: boolean }) {
  const spotlight = useSpotlight(wake);
  // Other pages follow events for their banners.
  useEventFeed(ignore);
  useKeepAwake(true);
  useReloadAfterUpdate();
  const idle = useIdle(true, HIDE_POINTER_MS);
  return (
    <main id="main" className={classes('always-dark fixed inset-0 bg-picture text-text', idle && 'cursor-none')}>
      {shown && shown.length > 0 && (
        <WallTiles cameras={shown} size="screen" spotlight={spotlight} isLinked={false} onMove={undefined} />
      )}
      {shown?.length === 0 && <EmptyWall address={address} group={group} />}
      <ErrorMessage error={shown ? null : error} className="mx-auto max-w-lg p-4" />
    </main>
  );
}

const ignore = () => undefined;

/** A page that is never closed would else be older than its server. */
function useReloadAfterUpdate(): void {
  const { data } = useVersion();
  const first = useRef<string>(undefined);
  useEffect(() => {
    if (!data) return;
    first.current ??= data.version;
    if (first.current !== data.version) window.location.reload();
  }, [data]);
}
