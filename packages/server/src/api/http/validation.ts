import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';

export { serializerCompiler } from 'fastify-type-provider-zod';

/** What a request part was before it was refused, so that the answer can say what was got. */
export const REFUSED_INPUT = Symbol('refused input');

/** Checks bodies, queries and parameters by their zod schemas. The ZodError itself is what the error handler gets. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (data) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    return { error: Object.assign(result.error, { [REFUSED_INPUT]: data }) };
  };

/** For routes whose body may be JSON, a form or a picture: the schema describes the JSON, and the handler checks what it is. */
export const pictureValidatorCompiler: FastifySchemaCompiler<z.ZodType> = (part) =>
  part.httpPart === 'body' ? (value) => ({ value }) : validatorCompiler(part);
