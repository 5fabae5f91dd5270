import type { z } from 'zod';

/** Text messages of a socket, as JSON. Binary messages are described in prose. */
export interface SocketMessages {
  readonly client?: z.ZodType;
  readonly server?: z.ZodType;
}

/** Key of a WebSocket operation's message schemas: `{ client: …, server: … }`. */
const MESSAGES = 'x-messages';

/** Part of a route's schema that `withMessages` converts into references. */
export function describeMessages(messages: SocketMessages): object {
  return { [MESSAGES]: messages };
}

type Transform<Document> = (document: Document) => { schema: object; url: string };

/**
 * Wraps a transform so that messages become references to their named schemas; client messages use the input form.
 * @throws Error for a schema without a name
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
