import { get } from '../api/request.ts';
import type { LogResponse } from '../api/types.ts';

export type LogLine = LogResponse['lines'][number];
export type LogSource = 'all' | LogLine['source'];

const LINES_OF_A_PAGE = 1_000;

/**
 * The lines of a run's log, read page by page into one growing array: a log of 50 MB is never copied, and what is on the screen does not
 * wait for the rest.
 */
export class LogStore {
  readonly lines: LogLine[] = [];
  error: unknown = null;
  ended = false;
  /** Everything that is stored by now was read. */
  caughtUp = false;
  #version = 0;
  #next = 0;
  #reading = false;
  #asked = false;
  readonly #path: string;
  readonly #source: LogSource;
  readonly #abort = new AbortController();
  readonly #listeners = new Set<() => void>();

  constructor(runId: string, source: LogSource) {
    this.#path = `/api/v1/runs/${encodeURIComponent(runId)}/log`;
    this.#source = source;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly version = (): number => this.#version;

  close(): void {
    this.#abort.abort();
  }

  /** Reads what is new, to the end of what is stored. Asked again meanwhile, it looks once more. */
  async read(): Promise<void> {
    this.#asked = true;
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#asked && !this.#abort.signal.aborted) {
        this.#asked = false;
        await this.#readToEnd();
      }
      this.error = null;
    } catch (error) {
      this.error = error;
    } finally {
      this.#reading = false;
      this.#tell();
    }
  }

  async #readToEnd(): Promise<void> {
    for (let more = true; more && !this.#abort.signal.aborted; ) {
      const query = { source: this.#source, after: this.#next, limit: LINES_OF_A_PAGE };
      const page = await get<LogResponse>(this.#path, query);
      for (const line of page.lines) this.lines.push(line);
      this.#next = page.next;
      this.ended = page.ended;
      this.caughtUp = !page.more;
      more = page.more;
      this.#tell();
    }
  }

  #tell(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

/** Where a text occurs, without regard to case: the indexes of the lines. */
export function findLines(lines: readonly LogLine[], text: string): number[] {
  const wanted = text.toLowerCase();
  const found: number[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.text.toLowerCase().includes(wanted)) found.push(index);
  }
  return found;
}
