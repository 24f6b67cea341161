import type { Strength } from './model.ts';

export interface Comparison {
  /** Lower case, without `to`, `be` and other words that only read well; `not.` in front where it is negated. */
  readonly matcher: string;
  readonly subject: string;
  readonly expected: string;
  readonly args: number;
  /** Both sides are literals, or one and the same expression. */
  readonly isConstant: boolean;
}

/** `fail` stands where nothing must come; it looks at nothing. */
const NOTHING = new Set(['pass', 'plan', 'fail']);
const PRESENCE = new Set([
  'not',
  'resolves',
  'isnot',
  'notsame',
  'strictnotsame',
  'tobedefined',
  'tobetruthy',
  'tobefalsy',
  'not.tobenull',
  'not.tobeundefined',
  'not.tobefalsy',
  'not.tobenan',
  'not.tothrow',
  'not.throw',
  'not.throws',
  'not.reject',
  'exist',
  'exists',
  'isdefined',
  'isok',
  'isnotnull',
  'isnotundefined',
  'notnull',
  'notundefined',
  'not.null',
  'not.undefined',
  'not.tobeempty',
  'doesnotthrow',
  'doesnotreject',
  'notthrows',
  'notthrowsasync',
  'notequal',
  'notstrictequal',
  'notdeepequal',
  'notdeepstrictequal',
  'not.tobe',
  'not.toequal',
  'not.tostrictequal',
  'not.equal',
  'not.is',
  'not.deepequal',
  'isnotnone',
  'assertisnotnone',
  'assertnotequal',
  'notnil',
  'noerror',
  'assert_ne',
  'notempty',
  'tobeany',
]);
const PART = new Set([
  'contain',
  'contains',
  'tocontain',
  'include',
  'includes',
  'tomatch',
  'match',
  'matches',
  'matchobject',
  'tomatchobject',
  'tocontainequal',
  'tobegreaterthan',
  'tobegreaterthanorequal',
  'tobelessthan',
  'tobelessthanorequal',
  'above',
  'below',
  'least',
  'most',
  'within',
  'isabove',
  'isatleast',
  'isbelow',
  'isatmost',
  'tobeinstanceof',
  'instanceof',
  'tobetypeof',
  'typeof',
  'a',
  'an',
  'tohavebeencalled',
  'called',
  'tohavereturned',
  'tobecloseto',
  'closeto',
  'approximately',
  'tomatchsnapshot',
  'snapshot',
  'tohaveproperty',
  'property',
  'greater',
  'greaterorequal',
  'less',
  'lessorequal',
  'isinstance',
  'assertin',
  'assertgreater',
  'assertless',
  'assertisinstance',
  'error',
  'assertregex',
  'regexp',
  'len',
  'like',
  'partialdeepstrictequal',
  'tobeoneof',
  'asserttrue',
  'assertfalse',
  'true',
  'false',
]);
const TRUTH = new Set([
  'ok',
  'assert',
  'truthy',
  'falsy',
  'notok',
  'istrue',
  'isfalse',
  'true',
  'false',
  'asserttrue',
  'assertfalse',
]);
const THROWS = new Set([
  'tothrow',
  'throw',
  'throws',
  'rejects',
  'tothrowerror',
  'throwsasync',
  'assertraises',
]);
const MOST_ARGS_OF_BARE_THROW = { assertion: 1, matcher: 0 } as const;

/** How much an assertion proves when it passes. A comparison that is not known counts as one of the whole value. */
export function strengthOf({ matcher, subject, expected, args, isConstant }: Comparison): Strength {
  if (NOTHING.has(matcher) || isConstant || isAlwaysTrue(subject)) return 0;
  if (PRESENCE.has(matcher)) return 1;
  if (TRUTH.has(matcher)) return strengthOfCondition(subject);
  if (isPresenceCheck(subject)) return 1;
  const bare = matcher.startsWith('to') ? MOST_ARGS_OF_BARE_THROW.matcher : MOST_ARGS_OF_BARE_THROW.assertion;
  if (THROWS.has(matcher)) return args <= bare ? 2 : 3;
  if (/\bexpect\.(?:any|anything)\b|\bmock\.ANY\b/.test(expected))
    return /^\s*expect\.any/.test(expected) ? 1 : 2;
  if (
    /^\s*expect\.(?:arrayContaining\(\[\]\)|objectContaining\(\{\}\)|stringContaining\((?:''|"")\))/.test(
      expected,
    )
  )
    return 1;
  return PART.has(matcher) ? 2 : 3;
}

/** `ok(a === b)` proves as much as `equal(a, b)`. */
export function strengthOfCondition(condition: string): Strength {
  if (/^\s*(?:true|!false|!0|1)\s*$/i.test(condition) || isAlwaysTrue(condition)) return 0;
  if (isPresenceCheck(condition)) return 1;
  // One of two is enough, or a value that is near.
  if (/\|\||\bor\b|\bapprox\([^)]*\b(?:rel|abs)\s*=/.test(condition)) return 2;
  if (/===?|!==?|\bis\b|\bin\b|\binstanceof\b|[<>]/.test(condition))
    return /[^!=]===?[^=]/.test(condition) ? 3 : 2;
  return /\)\s*$/.test(condition) ? 2 : 1;
}

function isPresenceCheck(text: string): boolean {
  return /(?:!==?\s*(?:null|undefined)|\bis not None|!=\s*(?:nil|None))\s*\)?$/.test(text.trim());
}

/** `a || true`: whatever `a` is, it passes. */
function isAlwaysTrue(text: string): boolean {
  return /(?:\|\||\bor)\s*(?:true|!0|!false|1)[\s);]*$|^[\s(]*(?:true|!0|!false|1)\s*(?:\|\||or\b)/i.test(
    text,
  );
}
