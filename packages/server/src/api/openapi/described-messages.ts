import type { z } from 'zod';

/** Text messages of a socket, as JSON. What goes over it in binary, its description says in words. */
export interface SocketMessages {
  readonly client?: z.ZodType;
  readonly server?: z.ZodType;
}

/** Where a WebSocket's operation holds the schemas of its text messages: `{ client: …, server: … }`. */
const MESSAGES = 'x-messages';

/** The part of a route's schema that `withMessages` turns into references. */
export function describeMessages(messages: SocketMessages): object {
  return { [MESSAGES]: messages };
}

type Transform<Document> = (document: Document) => { schema: object; url: string };

/**
 * Has a description's transform write messages as references to their named schemas, those of clients in the form they are sent.
 * @throws Error at a schema without a name
 */
export function withMessages<Document extends { schema: object }>(
  transform: Transform<Document>,
  named: Readonly<Record<string, z.ZodType>>,
): Transform<Document> {
  const nameOf = (schema: z.ZodType) => {
    const name = Object.keys(named).find((each) => named[each] === schema);
    if (name === undefined) throw new Error('A message of a WebSocket has no name in the API description');
    return name;
  };
  return (document) => {
    const transformed = transform(document);
    const messages = (document.schema as { [MESSAGES]?: SocketMessages } | undefined)?.[MESSAGES];
    if (!messages) return transformed;
    const references = {
      ...(messages.client && { client: { $ref: `#/components/schemas/${nameOf(messages.client)}Input` } }),
      ...(messages.server && { server: { $ref: `#/components/schemas/${nameOf(messages.server)}` } }),
    };
    return { ...transformed, schema: { ...transformed.schema, [MESSAGES]: references } };
  };
}
