/** How much a passing assertion proves: nothing, that something is there, part of a value, the whole of it. */
export type Strength = 0 | 1 | 2 | 3;

export interface Assertion {
  /** As it stands, spaces made one. */
  readonly text: string;
  /** What is looked at; '' where that cannot be told. */
  readonly subject: string;
  /** What it is compared by, lower case: `tobe`, `not.tothrow`, `deepequal`. */
  readonly matcher: string;
  /** What it is compared with. */
  readonly expected: string;
  readonly strength: Strength;
  readonly line: number;
  /** Its failure goes nowhere: in a `try` whose `catch` says nothing, after a `return`, under `if (false)`. */
  readonly isSwallowed: boolean;
  /** What must hold for it to run; null: it runs whenever the test does. */
  readonly condition: string | null;
  /** It is a promise, or comes later, and the test does not wait for it. */
  readonly isDropped: boolean;
}

/** Runs always, and its failure is the test's. */
export const plainPlace = { isSwallowed: false, condition: null, isDropped: false } as const;

export interface TestCase {
  /** With the titles of its suites. */
  readonly name: string;
  readonly title: string;
  readonly line: number;
  readonly skip: 'no' | 'conditional' | 'always';
  readonly isOnly: boolean;
  readonly assertions: readonly Assertion[];
  /** Its text, spaces made one, bounded. */
  readonly body: string;
  /** There is nothing in it that could fail. */
  readonly isEmpty: boolean;
  /** Rows of its table; null: it has none, or they cannot be counted. */
  readonly rows: number | null;
  /** The names in it by which it reaches code of the repository; null: they cannot be told. */
  readonly uses: readonly string[] | null;
}

/** The tests of one file. */
export interface TestFile {
  readonly cases: readonly TestCase[];
  /** Assertions outside of any test: helpers, and tests that are plain programs. */
  readonly loose: readonly Assertion[];
}

export const noTests: TestFile = { cases: [], loose: [] };
