/** Where an operation holds bodies that are no JSON: content types with their schemas, as OpenAPI writes them. */
const BODIES = 'x-bodies';

type Bodies = Readonly<Record<string, { schema: object }>>;

const ofType = (contentMediaType: string) => ({ schema: { type: 'string', contentMediaType } });

/** A picture as it is, or as the file of a form, whose other fields are settings. */
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

/** The part of a route's schema that says that it takes pictures beside JSON. */
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

/** Puts such bodies where OpenAPI has them. Changes the document, which was made for this answer. */
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
