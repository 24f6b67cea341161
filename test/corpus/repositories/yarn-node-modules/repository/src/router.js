import pMap from 'p-map';
import { matchPath } from './match.js';

export class Router {
  #routes = [];

  add(pattern, handler) {
    this.#routes.push({ pattern, handler });
    return this;
  }

  async dispatch(path) {
    for (const { pattern, handler } of this.#routes) {
      const params = matchPath(pattern, path);
      if (params) return handler(params);
    }
    return { status: 404 };
  }

  dispatchAll(paths) {
    return pMap(paths, (path) => this.dispatch(path), { concurrency: 4 });
  }
}
