import type { Camera } from '@lookout/protocol';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useCameras } from '../api/queries.js';
import { useTitle } from '../lib/hooks.js';
import { t } from '../strings/index.js';
import { Kiosk } from './kiosk.js';
import { readAddress } from './model/wall-address.js';
import { findGroup, ordered } from './model/wall-setup.js';
import { useWallSetup } from './use-wall-setup.js';
import { Wall } from './wall.js';

const NONE: readonly string[] = [];

/** All cameras at once; with `?kiosk=1` and nothing else, for a screen of its own. */
export default function WallPage() {
  const [search] = useSearchParams();
  const address = useMemo(() => readAddress(search), [search]);
  const [setup, change] = useWallSetup();
  const { data, error } = useCameras();
  useTitle(address.group ?? t.wall.page);
  const all = useMemo(() => data && ordered(data, setup.order), [data, setup.order]);
  const group = address.group === undefined ? undefined : findGroup(setup.groups, address.group);
  const { cameras: order } = address;
  // A group that is not known here is empty.
  const chosen = order ?? (address.group === undefined ? undefined : (group?.cameras ?? NONE));
  const shown = useMemo(() => all && (chosen ? some(all, chosen, order) : all), [all, chosen, order]);
  const props = { all, shown, group, address, error };
  if (address.isKiosk) return <Kiosk {...props} wake={address.wake ?? setup.wake} />;
  return <Wall {...props} setup={setup} onChange={change} />;
}

/** @param order ids; given: the cameras are in this order */
function some(cameras: readonly Camera[], ids: readonly string[], order: readonly string[] | undefined): Camera[] {
  const wanted = new Set(ids);
  const found = cameras.filter(({ id }) => wanted.has(id));
  return order ? ordered(found, order) : found;
}
