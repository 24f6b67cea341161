import { existsSync } from 'node:fs';
import path from 'node:path';
import serveStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** Pages of the dashboard, as web/src/router.tsx has them: each is the same document, which looks at its address itself. */
const pages = [
  '/',
  '/sign-in',
  '/runs',
  '/runs/:id',
  '/queue',
  '/repositories',
  '/lessons',
  '/agents',
  '/nodes',
  '/audit',
  '/settings',
];
const files = ['/icon.svg', '/theme.js'];

/**
 * No script but our own files runs in a page, and nothing is asked of another host. Inline styles cannot be left out: the view of
 * differences puts its own into the page.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** Serves what `npm run build` made in `folder`; without it, a page that says how to get it. The pages need no token, what they ask does. */
export function registerDashboard(app: FastifyInstance, folder: string): void {
  const built = existsSync(path.join(folder, 'index.html'));
  if (!built) {
    for (const url of pages) app.get(url, async (_request, reply) => notBuilt(reply));
    return;
  }
  app.register(serveStatic, {
    root: path.join(folder, 'assets'),
    prefix: '/assets/',
    index: false,
    // Names of these files change with their content.
    immutable: true,
    maxAge: '365d',
    preCompressed: true,
  });
  for (const url of pages) app.get(url, async (_request, reply) => page(reply, folder));
  for (const url of files) app.get(url, async (_request, reply) => reply.sendFile(url.slice(1), folder));
}

function page(reply: FastifyReply, folder: string) {
  return (
    reply
      .header('content-security-policy', contentSecurityPolicy)
      // It names the files of one build: a browser that keeps it without asking shows the old application after an upgrade.
      .header('cache-control', 'no-cache')
      .sendFile('index.html', folder, { cacheControl: false })
  );
}

function notBuilt(reply: FastifyReply) {
  return reply
    .status(503)
    .type('text/html; charset=utf-8')
    .send(
      '<!doctype html><title>Runyard</title><p>The dashboard is not built. Build it with <code>npm run build</code>, then start the server again. The API and the command line work without it.</p>',
    );
}
