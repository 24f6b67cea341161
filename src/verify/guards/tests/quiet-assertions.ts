import type { GuardWeight } from '../../../domain/guard-policy.ts';
import type { Assertion, TestCase } from './model.ts';

export interface Quiet {
  readonly weight: GuardWeight;
  readonly what: string;
  readonly lines: readonly string[];
}

export interface Compared {
  readonly before: TestCase;
  readonly after: TestCase;
  /** Assertions that are no longer there, and those that are new. */
  readonly lost: readonly Assertion[];
  readonly added: readonly Assertion[];
  /** Names that the change took out of the program. */
  readonly vanished: ReadonlySet<string>;
}

/** Assertions that are still written down and no longer decide. */
export function newlyQuiet(compared: Compared): Quiet | null {
  return (
    dropped(compared) ??
    conditional(compared) ??
    recomputed(compared) ??
    unawaited(compared) ??
    withoutSubject(compared) ??
    written(compared) ??
    panics(compared)
  );
}

/** The first assertion that some property now holds of, and held of none of its kind before. */
function newly({ before, after }: Compared, holds: (assertion: Assertion) => boolean): Assertion | null {
  const quiet = after.assertions.filter(holds);
  if (quiet.length <= before.assertions.filter(holds).length) return null;
  const openBefore = countsOf(before.assertions.filter((each) => !holds(each)));
  const openAfter = countsOf(after.assertions.filter((each) => !holds(each)));
  return quiet.find((each) => (openBefore.get(keyOf(each)) ?? 0) > (openAfter.get(keyOf(each)) ?? 0)) ?? null;
}

function countsOf(assertions: readonly Assertion[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const each of assertions) counts.set(keyOf(each), (counts.get(keyOf(each)) ?? 0) + 1);
  return counts;
}

function keyOf({ text, subject, matcher }: Assertion): string {
  return subject === '' ? text : `${subject}|${matcher}`;
}

/** A callback that says when it is done, or a plan, waits as well as `await`. */
const WAITS = /\bdone\b|\bresolve\b|\bend\(|\bplan\(|\bassertions\(|\bhasAssertions\b/;

function dropped(compared: Compared): Quiet | null {
  const found = newly(compared, ({ isDropped }) => isDropped);
  if (!found || WAITS.test(compared.after.body)) return null;
  const isPromise = /^expect\b.*\.(?:resolves|rejects)\b/.test(found.text);
  return {
    weight: isPromise ? 'certain' : 'doubtful',
    what: 'no longer waits for what it asserts',
    lines: [found.text],
  };
}

function conditional(compared: Compared): Quiet | null {
  const found = newly(compared, ({ condition }) => condition !== null);
  if (!found || found.condition === null) return null;
  const core = plain(found.condition);
  const isAsserted = compared.after.assertions.some(
    ({ condition, text }) => condition === null && core.length > 2 && plain(text).includes(core),
  );
  if (isAsserted) return null;
  return {
    weight: 'doubtful',
    what: 'asserts only under a condition',
    lines: [`if (${found.condition})`, found.text],
  };
}

function plain(text: string): string {
  return text.replace(/[\s!()]/g, '').replace(/[!=]==?(?:null|undefined|true|false)$/, '');
}

/** What was a value is now whatever the function says that is tested. */
function recomputed({ before, after, lost, added }: Compared): Quiet | null {
  const uses = new Set(after.uses);
  for (const now of added) {
    const [, called = '', root = ''] = /^(?:await )?(([\w$]+)(?:\.[\w$]+)*)\(/.exec(now.expected) ?? [];
    if (!uses.has(root) || !before.body.includes(`${called}(`)) continue;
    const old = lost.find(
      ({ subject, matcher, expected }) =>
        subject === now.subject && matcher === now.matcher && expected !== '' && !expected.includes(root),
    );
    if (old)
      return {
        weight: 'doubtful',
        what: 'compares the result with what the same code computes',
        lines: [`- ${old.text}`, `+ ${now.text}`],
      };
  }
  return null;
}

/** A promise is always there, and never equal to anything. */
function unawaited({ lost, added }: Compared): Quiet | null {
  for (const now of added) {
    const old = lost.find(
      ({ subject, matcher }) => subject === `await ${now.subject}` && matcher === now.matcher,
    );
    if (old && now.strength <= 1 && !/resolves|rejects/.test(now.text))
      return {
        weight: 'doubtful',
        what: 'no longer waits for what it asserts',
        lines: [`- ${old.text}`, `+ ${now.text}`],
      };
  }
  return null;
}

/** Code that is reached without a name: by a process, the network, a page, or what the framework hands in. */
const OPEN =
  /\b(?:import|require)\s*\(|\b(?:spawn\w*|exec\w*|fork|fetch|request|supertest|inject|page|browser|Worker)\b|^(?:async )?\(?\{/;

/** It used what it tests, and now only looks at values of its own. */
function withoutSubject({ before, after, vanished }: Compared): Quiet | null {
  const used = (before.uses ?? []).filter((name) => !vanished.has(name));
  if (used.length === 0 || after.uses === null || after.uses.length > 0) return null;
  if (after.assertions.length === 0 || OPEN.test(after.body) || OPEN.test(before.body)) return null;
  return {
    weight: 'doubtful',
    what: 'no longer uses what it tests',
    lines: used.slice(0, 4).map((name) => `- ${name}`),
  };
}

const DECLARED = /\b(?:const|let|var) ([\w$]+)(?:: [^=;]{1,80})? = ([^;]{1,300});/g;

/** `const result = price(100)` became `const result = 120`, and what is asserted of it stayed. */
function written({ before, after }: Compared): Quiet | null {
  const uses = new Set(before.uses);
  if (uses.size === 0) return null;
  const values = new Map(
    [...after.body.matchAll(DECLARED)].map(([text, name = '', value = '']) => [name, { text, value }]),
  );
  const subjects = new Set(before.assertions.map(({ subject }) => /^[\w$]+/.exec(subject)?.[0]));
  for (const [text, name = '', value = ''] of before.body.matchAll(DECLARED)) {
    const now = values.get(name);
    if (!now || !subjects.has(name) || !namesIn(value).some((word) => uses.has(word))) continue;
    if (namesIn(now.value).length === 0 && after.assertions.some(({ subject }) => subject.startsWith(name)))
      return {
        weight: 'doubtful',
        what: 'looks at a value that it writes down itself',
        lines: [`- ${text}`, `+ ${now.text}`],
      };
  }
  return null;
}

/** Names that stand for something else: no text, no keys, no fixed values. */
function namesIn(code: string): string[] {
  const bare = code.replace(/'[^'\n]*'|"[^"\n]*"|\b[\w$]+\s*:/g, '');
  return (bare.match(/(?<![\w$.])[A-Za-z_$][\w$]*/g) ?? []).filter(
    (word) => !/^(?:true|false|null|undefined|await|new|as|const|e\d+|n)$/.test(word),
  );
}

/** Whatever goes wrong in it makes it pass: what it asserts as well. */
function panics({ before, added }: Compared): Quiet | null {
  const isPanic = ({ matcher }: Assertion) => matcher === 'should_panic';
  const now = added.find(isPanic);
  if (!now || before.assertions.length === 0 || before.assertions.some(isPanic)) return null;
  return { weight: 'doubtful', what: 'passes when anything in it fails', lines: [now.text] };
}
