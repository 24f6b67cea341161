import { delayFor } from './backoff.js';

/** First in, first out, with a retry count for every entry. */
export class Queue {
  #entries = [];

  push(value) {
    this.#entries.push({ value, tries: 0 });
    return this.#entries.length;
  }

  take() {
    return this.#entries.shift() ?? null;
  }

  retry(entry) {
    const tries = entry.tries + 1;
    this.#entries.push({ value: entry.value, tries });
    return delayFor(tries);
  }

  get size() {
    return this.#entries.length;
  }
}

export { delayFor };
