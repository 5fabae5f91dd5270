import { type Endpoint, queryOf, type RequestOptions, request } from './connection/request.js';
import { type StreamSubscription, type SubscribeOptions, subscribe } from './connection/subscribe.js';
import type {
  CatalogueModel,
  ClusterNode,
  LoadModel,
  LogLevel,
  LogLine,
  Model,
  ModelServer,
  ModelSpeed,
  OtherModelTask,
  PullModel,
  RestoreBegun,
  RestorePlan,
  SecondLookState,
  Setting,
  SettingsPatch,
  TaskModelChoice,
} from './types.js';

export interface LogFollowOptions extends SubscribeOptions {
  level?: LogLevel | undefined;
  onLine: (line: LogLine) => void;
}

/** A database of gigabytes is also checked within it. */
const UPLOAD_TIMEOUT_MS = 600_000;

/** Calls about the server itself, for its owner. */
export type AdministrationCalls = ReturnType<typeof administrationCalls>;

export function administrationCalls(endpoint: Endpoint) {
  const call = <T>(method: string, path: string, body: unknown, options?: RequestOptions) =>
    request<T>(endpoint, method, path, body, options);
  const get = <T>(path: string, options?: RequestOptions) => call<T>('GET', path, undefined, options);
  return {
    models: {
      list: (options?: RequestOptions) => get<Model[]>('/api/models', options),
      /** Loads a model; with `default: true` it becomes the model of cameras and of clients that name none. */
      load: (name: string, body: LoadModel = {}, options?: RequestOptions) =>
        call<Model>('POST', `${modelPath(name)}/load`, body, options),
      unload: (name: string, options?: RequestOptions) => call<void>('DELETE', modelPath(name), undefined, options),
      /** Models that can be downloaded, and how far downloads are. */
      catalogue: (options?: RequestOptions) => get<CatalogueModel[]>('/api/models/catalogue', options),
      /** The servers that run the default model; none if it runs on this machine. */
      servers: (options?: RequestOptions) => get<ModelServer[]>('/api/models/servers', options),
      /** The model used for each task other than detection of known classes. */
      tasks: (options?: RequestOptions) => get<TaskModelChoice[]>('/api/models/tasks', options),
      /** Sets the model for a task: `auto`, `off`, or a name. */
      choose: (task: OtherModelTask, choice: string, options?: RequestOptions) =>
        call<TaskModelChoice>('PUT', `/api/models/tasks/${task}`, { choice }, options),
      /** Starts a download; `catalogue` shows its progress. A licence that restricts the model's use must be accepted. */
      pull: (name: string, body: PullModel = {}, options?: RequestOptions) =>
        call<CatalogueModel>('POST', `${modelPath(name)}/pull`, body, options),
      stopPull: (name: string, options?: RequestOptions) =>
        call<void>('DELETE', `${modelPath(name)}/pull`, undefined, options),
      /** Measures how fast a model runs; it is loaded if necessary. */
      measure: (name: string, options?: RequestOptions) =>
        call<ModelSpeed>('POST', `${modelPath(name)}/measure`, undefined, options),
      /** Makes the model the default that was it before. */
      rollBack: (options?: RequestOptions) => call<Model>('POST', '/api/models/rollback', undefined, options),
      /** Unloads a model and removes its file. */
      remove: (name: string, options?: RequestOptions) =>
        call<void>('DELETE', `${modelPath(name)}/file`, undefined, options),
    },
    backups: {
      /** Has a backup checked; nothing is changed yet. The answer says what it would replace. */
      upload: (file: Blob, options: RequestOptions = {}) =>
        call<RestorePlan>('POST', '/api/restore', file, { timeoutMs: UPLOAD_TIMEOUT_MS, ...options }),
      /** Restores a backup that was checked, with a restart. */
      restore: (id: string, options?: RequestOptions) =>
        call<RestoreBegun>('POST', `/api/restore/${encodeURIComponent(id)}/apply`, undefined, options),
      discard: (id: string, options?: RequestOptions) =>
        call<void>('DELETE', `/api/restore/${encodeURIComponent(id)}`, undefined, options),
    },
    log: {
      /** The newest lines of the log, oldest first. */
      list: (query: { level?: LogLevel; limit?: number } = {}, options?: RequestOptions) =>
        get<LogLine[]>(`/api/log${queryOf(query)}`, options),
      /** New lines of at least a level, as they are written; lines that were written while there was no connection come late. */
      follow: ({ onLine, level, ...options }: LogFollowOptions): StreamSubscription =>
        subscribe(endpoint, `/api/log/stream${queryOf({ level })}`, options, ({ event, data }) => {
          if (event === 'line') onLine(JSON.parse(data) as LogLine);
        }),
    },
    nodes: {
      /** The nodes of a cluster; none for a server that is not one of several. */
      list: (options?: RequestOptions) => get<ClusterNode[]>('/api/nodes', options),
      /** Moves all cameras of a node to others, one by one. */
      drain: (id: string, options?: RequestOptions) =>
        call<ClusterNode>('POST', `${nodePath(id)}/drain`, undefined, options),
      resume: (id: string, options?: RequestOptions) =>
        call<ClusterNode>('POST', `${nodePath(id)}/resume`, undefined, options),
    },
    settings: {
      /** Every setting, with where it is set. */
      list: (options?: RequestOptions) => get<Setting[]>('/api/settings', options),
      /** Changes settings that are set nowhere else; null returns to the default. */
      change: (patch: SettingsPatch, options?: RequestOptions) =>
        call<Setting[]>('PATCH', '/api/settings', patch, options),
    },
    secondLook: {
      /** The model that rules can ask about their events, its host, and the consent to send pictures there. */
      state: (options?: RequestOptions) => get<SecondLookState>('/api/second-look', options),
      /** Consents to sending pictures to a host outside the home network. @param host as in `state` */
      allow: (host: string, options?: RequestOptions) =>
        call<SecondLookState>('PUT', '/api/second-look/consent', { host }, options),
      forbid: (options?: RequestOptions) =>
        call<SecondLookState>('DELETE', '/api/second-look/consent', undefined, options),
    },
  };
}

const nodePath = (id: string) => `/api/nodes/${encodeURIComponent(id)}`;
const modelPath = (name: string) => `/api/models/${encodeURIComponent(name)}`;
