import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';

export { serializerCompiler } from 'fastify-type-provider-zod';

/** The rejected value of a request part, for the error message. */
export const REFUSED_INPUT = Symbol('refused input');

/** Validates bodies, queries and parameters by their zod schemas. The error handler gets the ZodError itself. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (data) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    return { error: Object.assign(result.error, { [REFUSED_INPUT]: data }) };
  };

/**
 * For routes whose body may be JSON, a form or an image: the schema only describes the JSON, and the handler validates the body.
 */
export const pictureValidatorCompiler: FastifySchemaCompiler<z.ZodType> = (part) =>
  part.httpPart === 'body' ? (value) => ({ value }) : validatorCompiler(part);
