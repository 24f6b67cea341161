import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { openApiDocument } from '../../../src/api/operations/openapi.ts';

type Document = ReturnType<typeof openApiDocument>;

interface OperationObject {
  readonly operationId: string;
  readonly security: readonly unknown[];
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

/** One operation of a document. */
export interface Documented {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly needsToken: boolean;
}

export interface DocumentedAnswers {
  readonly operations: readonly Documented[];
  /** Throws unless the document says that this request is answered like this. Gives the operation. */
  check(answer: { method: string; path: string; status: number; type: string; body: unknown }): string;
}

/** Holds real answers against the OpenAPI document, with nothing of Runyard's own in between. */
export function documentedAnswers(document: Document): DocumentedAnswers {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addFormat('base64', /^[A-Za-z0-9+/]*={0,2}$/);
  ajv.addSchema({ $id: 'document', components: document.components });
  const entries = Object.entries(document.paths ?? {})
    .flatMap(([path, item]) =>
      Object.entries(item as Record<string, OperationObject>).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
        operation,
      })),
    )
    .toSorted((one, other) => parametersOf(one.path) - parametersOf(other.path));
  return {
    operations: entries.map(({ method, path, operation }) => ({
      id: operation.operationId,
      method,
      path,
      needsToken: operation.security.length > 0,
    })),
    check({ method, path, status, type, body }) {
      const bare = path.split('?')[0] ?? '';
      const entry = entries.find((one) => one.method === method && one.pattern.test(bare));
      if (!entry) throw new Error(`${method} ${bare} is not in the document`);
      const { operationId, responses } = entry.operation;
      const schema = responses[status]?.content?.[type]?.schema;
      if (!schema)
        throw new Error(`${operationId}: ${status} ${type} is not in the document: ${JSON.stringify(body)}`);
      const validate = compiled(ajv, schema);
      if (!validate(body)) throw new Error(`${operationId} ${status}: ${ajv.errorsText(validate.errors)}`);
      return operationId;
    },
  };
}

/** As the router does: a path without parameters is that one, whatever else would fit. */
function parametersOf(path: string): number {
  return path.split('{').length - 1;
}

function compiled(ajv: Ajv2020, schema: object): ValidateFunction {
  return ajv.compile(
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"document#/components')) as object,
  );
}
