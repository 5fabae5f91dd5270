/** How a long step is shown. The one implementation is in `bootstrap.mjs`, which must run before anything is compiled. */
export interface Progress {
  update(detail: string): void;
  done(text: string): void;
  fail(): void;
}

export type StartProgress = (title: string) => Progress;
