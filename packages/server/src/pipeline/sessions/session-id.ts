import { randomUUID } from 'node:crypto';

const OF_NODE = /^([\w.-]{1,64})-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A new session's id. On a node of a cluster it begins with that node, e.g. `n1-3f0c…`. */
export function createSessionId(node: string | undefined): string {
  return node === undefined ? randomUUID() : `${node}-${randomUUID()}`;
}

/** The node that has a session, by its id; undefined if it names none. */
export function nodeOfSession(id: string): string | undefined {
  return OF_NODE.exec(id)?.[1];
}
