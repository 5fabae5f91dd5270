import { type Endpoint, type RequestOptions, request } from './connection/request.js';
import type { Setting, SettingsPatch } from './types.js';

/** Calls about the server itself, for its owner. */
export type AdministrationCalls = ReturnType<typeof administrationCalls>;

export function administrationCalls(endpoint: Endpoint) {
  const call = <T>(method: string, path: string, body: unknown, options?: RequestOptions) =>
    request<T>(endpoint, method, path, body, options);
  const get = <T>(path: string, options?: RequestOptions) => call<T>('GET', path, undefined, options);
  return {
    settings: {
      /** Every setting, with where it is set. */
      list: (options?: RequestOptions) => get<Setting[]>('/api/settings', options),
      /** Changes settings that are set nowhere else; null returns to the default. */
      change: (patch: SettingsPatch, options?: RequestOptions) =>
        call<Setting[]>('PATCH', '/api/settings', patch, options),
    },
  };
}
