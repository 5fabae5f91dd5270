/** Key of an operation's bodies other than JSON: content types with schemas, in OpenAPI's form. */
const BODIES = 'x-bodies';

type Bodies = Readonly<Record<string, { schema: object }>>;

const ofType = (contentMediaType: string) => ({ schema: { type: 'string', contentMediaType } });

/** An image as the body, or as the file of a form whose other fields are settings. */
const PICTURES: Bodies = {
  'multipart/form-data': {
    schema: {
      type: 'object',
      properties: { image: { type: 'string', contentMediaType: 'image/*', description: 'The file; its name is free' } },
      required: ['image'],
      additionalProperties: { type: 'string' },
    },
  },
  'image/jpeg': ofType('image/jpeg'),
  'image/png': ofType('image/png'),
  'image/webp': ofType('image/webp'),
};

/** Part of a route's schema: the route accepts images in addition to JSON. */
export const PICTURE_BODIES: object = { [BODIES]: PICTURES };

const TEXT_SCHEMA = { type: 'string' };

/** The form of DeepStack's clients. */
export const visionBody: object = {
  [BODIES]: {
    'multipart/form-data': {
      schema: {
        type: 'object',
        properties: {
          image: { type: 'string', contentMediaType: 'image/*', description: 'The image; a file name is not needed' },
          min_confidence: { ...TEXT_SCHEMA, description: 'Minimum score, 0 to 1' },
          api_key: { ...TEXT_SCHEMA, description: 'An API key' },
          admin_key: { ...TEXT_SCHEMA, description: 'The same, for clients that have only this field' },
        },
        additionalProperties: TEXT_SCHEMA,
      },
    },
  },
};

interface Described {
  requestBody?: { content?: object };
  [BODIES]?: Bodies;
}

/** Moves the bodies to where OpenAPI expects them. Modifies the document, which is created per response. */
export function placeBodies<T extends { paths?: object }>(document: T): T {
  for (const methods of Object.values(document.paths ?? {}) as object[]) {
    for (const operation of Object.values(methods) as Described[]) {
      const { [BODIES]: bodies } = operation;
      if (!bodies) continue;
      operation.requestBody = { ...operation.requestBody, content: { ...operation.requestBody?.content, ...bodies } };
      delete operation[BODIES];
    }
  }
  return document;
}
