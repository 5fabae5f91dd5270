import { type Endpoint, queryOf, type RequestOptions, request } from './connection/request.js';
import type {
  ApiKey,
  AuditPage,
  CreatedApiKey,
  NewApiKey,
  NewUser,
  Passkey,
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyOptions,
  Session,
  SignedInDevice,
  SignInCode,
  User,
  UserChange,
} from './types.js';

/** Calls about who may sign in, and who is. */
export type AccountCalls = ReturnType<typeof accountCalls>;

export function accountCalls(endpoint: Endpoint) {
  const call = <T>(method: string, path: string, body: unknown, options?: RequestOptions) =>
    request<T>(endpoint, method, path, body, options);
  const get = <T>(path: string, options?: RequestOptions) => call<T>('GET', path, undefined, options);
  const remove = (path: string, options?: RequestOptions) => call<void>('DELETE', path, undefined, options);
  const userPath = (id: string) => `/api/users/${encodeURIComponent(id)}`;
  return {
    keys: {
      list: (options?: RequestOptions) => get<ApiKey[]>('/api/keys', options),
      /** Creates a key. Only this answer contains the key itself. */
      create: (key: NewApiKey, options?: RequestOptions) => call<CreatedApiKey>('POST', '/api/keys', key, options),
      /** Revokes a key; connections that used it end. */
      revoke: (id: string, options?: RequestOptions) => remove(`/api/keys/${encodeURIComponent(id)}`, options),
    },
    users: {
      list: (options?: RequestOptions) => get<User[]>('/api/users', options),
      create: (user: NewUser, options?: RequestOptions) => call<User>('POST', '/api/users', user, options),
      /** Changes a user; what the user may no longer do ends. */
      change: (id: string, change: UserChange, options?: RequestOptions) =>
        call<User>('PATCH', userPath(id), change, options),
      /** Removes a user; sessions and connections end. */
      remove: (id: string, options?: RequestOptions) => remove(userPath(id), options),
      /** Changes the caller's own password; the other sessions end. */
      changeOwnPassword: (current: string, password: string, options?: RequestOptions) =>
        call<void>('PUT', '/api/users/me/password', { current, password }, options),
    },
    /** Passkeys of the caller, who is signed in as a user. */
    passkeys: {
      list: (options?: RequestOptions) => get<Passkey[]>('/api/passkeys', options),
      /** What `navigator.credentials.create` needs. */
      options: (options?: RequestOptions) => call<PasskeyOptions>('POST', '/api/passkeys/options', undefined, options),
      /** Adds what that has made. */
      add: (name: string, response: PasskeyAttestation, options?: RequestOptions) =>
        call<Passkey>('POST', '/api/passkeys', { name, response }, options),
      remove: (id: string, options?: RequestOptions) => remove(`/api/passkeys/${encodeURIComponent(id)}`, options),
    },
    /** Who did what, newest first; `cursor`: `next_cursor` of the page before. */
    audit: ({ cursor, limit, ...options }: RequestOptions & { cursor?: string; limit?: number } = {}) =>
      get<AuditPage>(`/api/audit${queryOf({ cursor, limit })}`, options),
    session: {
      /** Who is signed in. */
      get: (options?: RequestOptions) => get<Session>('/api/session', options),
      /** Signs a browser in: the answer sets a cookie that scripts can't read. */
      signIn: (key: string, options?: RequestOptions) => call<Session>('POST', '/api/session', { key }, options),
      /** The same with a user's name and password. */
      signInWithPassword: (name: string, password: string, options?: RequestOptions) =>
        call<Session>('POST', '/api/session', { name, password }, options),
      /** What `navigator.credentials.get` needs to sign in with a passkey. */
      passkeyOptions: (options?: RequestOptions) => get<PasskeyOptions>('/api/session/passkey', options),
      /** Signs a browser in with what that has answered. */
      signInWithPasskey: (passkey: PasskeyAssertion, options?: RequestOptions) =>
        call<Session>('POST', '/api/session', { passkey }, options),
      /** A code that signs in another device as the caller, valid once and for five minutes: that device opens its `path`. */
      createCode: (options?: RequestOptions) => call<SignInCode>('POST', '/api/sign-in-codes', undefined, options),
      signOut: (options?: RequestOptions) => remove('/api/session', options),
      /** The browsers that are signed in: the caller's own, or all for an admin. */
      devices: (options?: RequestOptions) => get<SignedInDevice[]>('/api/sessions', options),
      /** Signs out a browser; its connections end. */
      end: (id: string, options?: RequestOptions) => remove(`/api/sessions/${encodeURIComponent(id)}`, options),
    },
  };
}
