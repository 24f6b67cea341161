import type nodeHttp from 'node:http';

/**
 * `node:http`, without what an `import` of it brings: that reads every export of the module, among them `WebSocket`, and so loads all of
 * undici, 15 MB and some 20 ms of processor time for each worker and each command (measured with Node 26.10 by `npm run bench:node`).
 */
export const http: typeof nodeHttp = process.getBuiltinModule('node:http');
