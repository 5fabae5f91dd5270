/** Shows a long step while `work` runs. The only implementation is in `bootstrap.mjs`, which must run before anything is compiled. */
export type Step = <T>(title: string, work: () => Promise<T>) => Promise<T>;
