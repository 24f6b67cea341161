import type { FastifyInstance } from 'fastify';
import { openApiDocument } from '../operations/openapi.ts';
import { referencePage } from '../operations/reference-page.ts';

export const documentPath = '/api/v1/openapi.json';
export const referencePath = '/api/docs';

/** What the API is, for programs and for people. Open to all: it says nothing of any run. */
export function registerDocumentRoutes(app: FastifyInstance, version: string): void {
  let document: ReturnType<typeof openApiDocument> | null = null;
  const known = () => (document ??= openApiDocument(version));

  app.get(documentPath, async () => known());
  app.get(referencePath, async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'")
      .send(referencePage(known(), documentPath)),
  );
}
