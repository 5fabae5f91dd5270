/** What the address of a wall asks for. */
export interface WallAddress {
  /** Nothing but the wall, for a screen of its own. */
  isKiosk: boolean;
  /** Name of a group of this browser; undefined: all cameras. */
  group: string | undefined;
  /** Ids, in their order; undefined: those of the group. */
  cameras: readonly string[] | undefined;
  /** Whether a camera is shown large when something moves there; undefined: as this browser has it. */
  wake: boolean | undefined;
}

const WAKES = { '0': false, '1': true } as const;

export function readAddress(search: URLSearchParams): WallAddress {
  const cameras = search
    .get('cameras')
    ?.split(',')
    .filter((id) => id !== '');
  return {
    isKiosk: search.get('kiosk') === '1',
    group: search.get('group') || undefined,
    cameras: cameras && [...new Set(cameras)],
    wake: WAKES[search.get('wake') as keyof typeof WAKES],
  };
}

/** The address of a screen: it says everything that only this browser knows. @param origin of the server, without a slash at its end */
export function kioskAddress(origin: string, { cameras, wake }: Pick<WallAddress, 'cameras' | 'wake'>): string {
  const url = new URL(`${origin}/wall?kiosk=1`);
  if (cameras) url.searchParams.set('cameras', cameras.join(','));
  if (wake !== undefined) url.searchParams.set('wake', wake ? '1' : '0');
  // A comma may stand in an address, and is easier to read there.
  return url.href.replaceAll('%2C', ',');
}
