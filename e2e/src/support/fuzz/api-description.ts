import Ajv, { type ValidateFunction } from 'ajv/dist/2020.js';

/** The parts of a JSON Schema (2020-12) that values are generated from. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema | boolean;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
}

interface Content {
  content?: Record<string, { schema?: Schema }>;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  required?: boolean;
  schema?: Schema;
}

interface DescribedOperation {
  parameters?: Parameter[];
  requestBody?: Content;
  responses?: Record<string, Content>;
  'x-messages'?: { client?: Schema; server?: Schema };
}

export interface OpenApi {
  paths: Record<string, Record<string, DescribedOperation>>;
  components: { schemas: Record<string, Schema> };
}

export interface Operation extends DescribedOperation {
  /** As in the description: `PATCH /api/cameras/{id}`. */
  name: string;
  method: string;
  path: string;
}

/** A server's API description, and whether its answers conform to it. */
export class ApiDescription {
  readonly operations: readonly Operation[];
  readonly #document: OpenApi;
  readonly #ajv: Ajv.default;
  readonly #checks = new Map<string, ValidateFunction>();

  constructor(document: OpenApi) {
    this.#document = document;
    this.#ajv = new Ajv.default({ strict: false, validateFormats: false });
    this.#ajv.addSchema({ $id: 'api:', ...document });
    this.operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...operation,
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
      })),
    );
  }

  /** The operations answered over HTTP, not by opening a socket; without a restart, which ends the others' connections. */
  get calls(): Operation[] {
    return this.operations.filter(({ name, responses }) => !responses?.['101'] && name !== 'POST /api/restart');
  }

  get sockets(): Operation[] {
    return this.operations.filter(({ responses }) => responses?.['101']);
  }

  /** The named schemas. */
  get schemas(): Readonly<Record<string, Schema>> {
    return this.#document.components.schemas;
  }

  /** Why a value violates a schema of the description; undefined if it conforms. @param pointer e.g. `/components/schemas/Problem` */
  complaint(pointer: string, value: unknown): string | undefined {
    let check = this.#checks.get(pointer);
    if (!check) {
      check = this.#ajv.compile({ $ref: `api:#${pointer}` });
      this.#checks.set(pointer, check);
    }
    return check(value) ? undefined : this.#ajv.errorsText(check.errors, { dataVar: 'answer' });
  }
}

/** A JSON pointer into the description. */
export function pointer(...segments: string[]): string {
  return segments
    .map((segment) => `/${encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'))}`)
    .join('');
}
