import type { ApiKeyScope } from '@lookout/protocol';
import type { TokenGrant } from './token-grant.js';

interface Admitted {
  readonly name: string;
  /** Calls `end` when the caller's key, session or link is revoked. @returns a function that cancels this */
  readonly hold: (end: () => void) => () => void;
}

/**
 * A signed-in caller. `local`: from this machine, to a server that only this machine reaches. `name`: the key's name, what the user
 * is called, or `local`. `proxy`: a user whom the proxy in front names in each request.
 */
export interface SignedIn extends Admitted {
  readonly kind: 'local' | 'key' | 'session' | 'proxy';
  /** Id of the key or user, or `local`. */
  readonly id: string;
  /** Set if a user is signed in, and not a key. */
  readonly user?: { readonly id: string; readonly name: string };
  /** Id of the session, of kind `session`. */
  readonly sessionId?: string;
  readonly scope: ApiKeyScope;
  /** The cameras it may access; undefined: all. */
  readonly cameras?: readonly string[];
}

/** The holder of a camera's link. */
export interface LinkHolder extends Admitted {
  readonly kind: 'link';
  readonly name: 'view link' | 'publish link';
  readonly scope: 'camera';
  readonly grant: TokenGrant;
}

/** The sender of a request. */
export type Principal = SignedIn | LinkHolder;

/**
 * Permissions a route can require, declared with every route.
 * - `public`: nothing that needs a sign-in
 * - `signed-in`: what any key may read: versions, models, the API description
 * - `watch`: frames, detections and state of the cameras the caller may access
 * - `watch-all`: statistics over all cameras
 * - `publish`: publish a camera's frames
 * - `operate`: switch cameras on and off and change their detection settings
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

/** The scopes that include a permission, widest first. */
export function scopesWith(permission: Permission): ApiKeyScope[] {
  const scopes = Object.keys(OF_SCOPE) as ApiKeyScope[];
  return scopes.filter((scope) => permission === 'public' || OF_SCOPE[scope].includes(permission));
}

/** Whether a caller has a permission, for cameras it may access. */
export function may(principal: Principal, permission: Permission): boolean {
  if (permission === 'public') return true;
  if (principal.kind === 'link') {
    return permission === 'watch' || (permission === 'publish' && principal.grant.kind === 'publish');
  }
  if (permission === 'watch-all' && principal.cameras !== undefined) return false;
  // An unknown scope of a newer version has no permissions here.
  return OF_SCOPE[principal.scope]?.includes(permission) ?? false;
}

/** Whether a camera exists for this caller. */
export function maySee(principal: Principal, cameraId: string): boolean {
  if (principal.kind === 'link') return principal.grant.cameraId === cameraId;
  return principal.cameras?.includes(cameraId) ?? true;
}

/** The id that a caller's use is limited by; undefined for the machine's owner, who has no limits. */
export function peerOf(principal: Principal): string | undefined {
  if (principal.kind === 'link') return `${principal.name} of ${principal.grant.cameraId}`;
  return principal.kind === 'local' ? undefined : principal.id;
}
