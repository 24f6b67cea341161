/** What of a long output is kept: causes stand at its beginning, at its end, or on a line that speaks of a failure in between. */
const HEAD_CHARACTERS = 20_000;
const TAIL_CHARACTERS = 60_000;
const TOLD_CHARACTERS = 20_000;
const LONGEST_LINE = 8_000;
/** A report of jest or vitest stands on one line and is of no use in parts. */
const LONGEST_REPORT = 50_000;
const REPORT = /^\{"num(?:Total|Failed)Test/;
/** A JSON event begins with what it is and ends with what came of it. */
const LINE_END_CHARACTERS = 2_000;
/** Places and code follow the line that tells. */
const LINES_AFTER = 5;
const TELLING =
  /error|fail|fatal|cannot|can't|exception|\bTS\d|\bE[A-Z]{4,}\b|not ok|[✖✘×●❌]|conflict|panic|killed|denied|refused|"is_error"/i;

/** A rolling selection of an output of any length in bounded memory. Push its text in pieces of any size, then ask for the selection. */
export class OutputWindow {
  readonly #head: string[] = [];
  readonly #told: string[] = [];
  #tail: string[] = [];
  #first = 0;
  #headCharacters = 0;
  #tailCharacters = 0;
  #toldCharacters = 0;
  #linesToKeep = 0;
  #rest = '';
  #restEnd = '';

  push(piece: string): void {
    let from = 0;
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', from)) {
      this.#extend(piece.slice(from, end));
      this.#endLine();
      from = end + 1;
    }
    this.#extend(piece.slice(from));
  }

  /** The selection; the whole text where nothing had to be left out. */
  text(): string {
    const lines = [...this.#head, ...this.#told, ...this.#tail.slice(this.#first)];
    const last = this.#line();
    if (last !== '') lines.push(last);
    return lines.join('\n');
  }

  /** Of a line without an end, its beginning and its end are kept. */
  #extend(text: string): void {
    const start = this.#rest === '' ? text : this.#rest;
    const longest = REPORT.test(start) ? LONGEST_REPORT : LONGEST_LINE;
    const space = longest - this.#rest.length;
    this.#rest += text.slice(0, space);
    if (text.length > space) this.#restEnd = (this.#restEnd + text.slice(space)).slice(-LINE_END_CHARACTERS);
  }

  #line(): string {
    return this.#rest + this.#restEnd;
  }

  #endLine(): void {
    const line = this.#line();
    this.#rest = '';
    this.#restEnd = '';
    if (this.#headCharacters + line.length < HEAD_CHARACTERS && this.#tail.length === 0) {
      this.#head.push(line);
      this.#headCharacters += line.length + 1;
      return;
    }
    this.#tail.push(line);
    this.#tailCharacters += line.length + 1;
    while (this.#tailCharacters > TAIL_CHARACTERS) this.#evict();
    if (this.#first > 10_000) {
      this.#tail = this.#tail.slice(this.#first);
      this.#first = 0;
    }
  }

  #evict(): void {
    const line = this.#tail[this.#first] ?? '';
    this.#tail[this.#first] = '';
    this.#first += 1;
    this.#tailCharacters -= line.length + 1;
    if (this.#toldCharacters + line.length > TOLD_CHARACTERS) return;
    if (TELLING.test(line)) this.#linesToKeep = LINES_AFTER + 1;
    if (this.#linesToKeep === 0) return;
    this.#linesToKeep -= 1;
    this.#told.push(line);
    this.#toldCharacters += line.length + 1;
  }
}

/** The same selection of a text that is there as a whole. */
export function selectOutput(text: string): string {
  if (text.length <= HEAD_CHARACTERS + TAIL_CHARACTERS) return text;
  const window = new OutputWindow();
  window.push(text);
  return window.text();
}
