import { createDocument, type ZodOpenApiObject, type ZodOpenApiOperationObject } from 'zod-openapi';
import { csrfHeader } from '../contract.ts';
import type { Operation } from './operation.ts';
import { refusalSchema } from './operation.ts';
import { operations } from './operations.ts';

/** The public API as an OpenAPI 3.1 document, made from the schemas the routes read and answer with. */
export function openApiDocument(version: string) {
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Runyard',
      version,
      summary: 'A self-hosted control plane for AI coding agents',
      description:
        'JSON over HTTP. Instants are ISO 8601 strings. `:id` is a run id or a unique start of one. A refused request is answered as a problem (RFC 9457) that says what happened, why, and what to do next.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: [
      { name: 'runs', description: 'Runs and what happens to them' },
      { name: 'decisions', description: 'What a person decides about a run' },
      { name: 'work', description: 'Changes, delivered or saved' },
      { name: 'lessons', description: 'What earlier runs learned' },
      { name: 'system', description: 'The queue and the nodes' },
      { name: 'access', description: 'Who may do what, and who did' },
      { name: 'symphony', description: 'Read endpoints of the Symphony specification' },
    ],
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description:
            'An API token (`runyard token create`), or the one in the file api-token of the data folder.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'runyard_session',
          description: `A person who signed in. Requests that change something need the header ${csrfHeader} too.`,
        },
      },
    },
    paths: pathsOf(operations),
  });
}

const everywhere: Readonly<Record<number, string>> = {
  400: 'The request cannot be understood; `problems` names each part.',
  500: 'A fault of Runyard; the log of the server has the rest under the request id.',
  503: 'The database is away or the server is busy or ending; `Retry-After` says when to come back, where that is known.',
};

function pathsOf(all: readonly Operation[]): NonNullable<ZodOpenApiObject['paths']> {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const operation of all) {
    const path = operation.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: toOpenApi(operation) };
  }
  return paths;
}

function toOpenApi(operation: Operation): ZodOpenApiOperationObject {
  const { id, tag, summary, description, params, query, headers, body, access } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description ? { description } : {}),
    security: access === 'public' ? [] : [{ token: [] }, { session: [] }],
    requestParams: {
      path: params as never,
      query: query as never,
      ...(headers ? { header: headers } : {}),
    },
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    responses: responsesOf(operation),
  };
}

function responsesOf({ answers, refusals, access }: Operation): ZodOpenApiOperationObject['responses'] {
  const refused = {
    ...everywhere,
    ...(access === 'public'
      ? {}
      : {
          401: 'No token and no session, or a wrong one.',
          403: `It needs the role ${access}, or the request of a session lacks its token against forgery.`,
          429: 'Too many requests.',
        }),
    ...refusals,
  };
  const problem = (description: string) => ({
    description,
    content: { 'application/problem+json': { schema: refusalSchema } },
  });
  return {
    ...Object.fromEntries(Object.entries(refused).map(([status, text]) => [status, problem(text)])),
    ...Object.fromEntries(
      Object.entries(answers).map(([status, { description, schema, type = 'application/json' }]) => [
        status,
        { description, content: { [type]: { schema } } },
      ]),
    ),
  };
}
