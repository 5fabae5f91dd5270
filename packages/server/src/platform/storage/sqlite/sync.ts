/** A repository as the database's thread runs it: the same methods, answering at once. */
export type Sync<Repository> = {
  [Method in keyof Repository]: Repository[Method] extends (...given: infer Given) => Promise<infer Result>
    ? (...given: Given) => Result
    : never;
};
