import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { validatorCompiler } from '../http/validation.js';

/** For routes whose body may be JSON, a form or a picture: the schema describes the JSON, and the handler checks what it is. */
export const pictureValidatorCompiler: FastifySchemaCompiler<z.ZodType> = (part) =>
  part.httpPart === 'body' ? (value) => ({ value }) : validatorCompiler(part);
