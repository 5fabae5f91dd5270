import type { ApiKeyScope } from '@lookout/protocol';
import type { TokenGrant } from './camera-tokens.js';

interface Admitted {
  readonly name: string;
  /** Calls `end` when what the caller came in with is revoked: its key, session or link. @returns takes it back. */
  readonly hold: (end: () => void) => () => void;
}

/** Who signed in. `local`: from this machine, to a server that only this machine reaches. `name`: of the key; `local`. */
export interface SignedIn extends Admitted {
  readonly kind: 'local' | 'key' | 'session';
  /** Of the key; `local`. */
  readonly id: string;
  readonly scope: ApiKeyScope;
  /** The only cameras there are for it; absent: all. */
  readonly cameras?: readonly string[];
}

/** The holder of a camera's link. */
export interface LinkHolder extends Admitted {
  readonly kind: 'link';
  readonly name: 'view link' | 'publish link';
  readonly scope: 'camera';
  readonly grant: TokenGrant;
}

/** Who sends a request. */
export type Principal = SignedIn | LinkHolder;

/**
 * What a route lets its caller do. Written beside every route.
 * - `public`: nothing that needs a sign-in
 * - `signed-in`: what any key may know: versions, models, the API's description
 * - `watch`: pictures, detections and state of the cameras the caller may see
 * - `watch-all`: figures of all cameras together
 * - `publish`: send a camera's pictures
 * - `operate`: switch cameras and change their detection
 * - `detect`: the detection API
 * - `manage`: everything else: cameras' addresses and links, models, keys
 */
export type Permission = 'public' | 'signed-in' | 'watch' | 'watch-all' | 'publish' | 'operate' | 'detect' | 'manage';

const OF_SCOPE: Readonly<Record<ApiKeyScope, readonly Permission[]>> = {
  admin: ['signed-in', 'watch', 'watch-all', 'publish', 'operate', 'detect', 'manage'],
  operator: ['signed-in', 'watch', 'watch-all', 'publish', 'operate', 'detect'],
  viewer: ['signed-in', 'watch', 'watch-all'],
  detect: ['signed-in', 'detect'],
};

/** The scopes whose keys have a permission, the widest first. */
export function scopesWith(permission: Permission): ApiKeyScope[] {
  const scopes = Object.keys(OF_SCOPE) as ApiKeyScope[];
  return scopes.filter((scope) => permission === 'public' || OF_SCOPE[scope].includes(permission));
}

/** Whether a caller has a permission, on cameras it may see. */
export function may(principal: Principal, permission: Permission): boolean {
  if (permission === 'public') return true;
  if (principal.kind === 'link') {
    return permission === 'watch' || (permission === 'publish' && principal.grant.kind === 'publish');
  }
  if (permission === 'watch-all' && principal.cameras !== undefined) return false;
  // A scope of a newer version has none here.
  return OF_SCOPE[principal.scope]?.includes(permission) ?? false;
}

/** Whether there is such a camera as far as the caller is concerned. */
export function maySee(principal: Principal, cameraId: string): boolean {
  if (principal.kind === 'link') return principal.grant.cameraId === cameraId;
  return principal.cameras?.includes(cameraId) ?? true;
}

/** Whose limits a caller's use counts against; undefined for this machine's owner, who has none. */
export function peerOf(principal: Principal): string | undefined {
  if (principal.kind === 'link') return `${principal.name} of ${principal.grant.cameraId}`;
  return principal.kind === 'local' ? undefined : principal.id;
}
