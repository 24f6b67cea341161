const FRAMEWORKS =
  /^(?:node:test|(?:node:)?assert(?:\/strict)?|vitest(?:\/.*)?|chai|@jest\/globals|jest|expect|mocha|tap|@tapjs\/.*|tape|ava|uvu(?:\/assert)?|@playwright\/test|bun:test|power-assert|should|@std\/(?:assert|expect|testing.*)|cypress|jasmine)$/;

/** A package whose functions decide whether a test passes. */
export function isFramework(module: string): boolean {
  return FRAMEWORKS.test(module);
}

/** Names that are the framework's where nothing in the file declares them. */
export const frameworkNames: ReadonlySet<string> = new Set([
  ...['it', 'test', 'describe', 'suite', 'context', 'specify', 'expect', 'assert', 'chai'],
]);

const MATCHERS =
  /^to(?:Be(?:Truthy|Falsy|Null|Undefined|Defined|NaN|CloseTo|(?:Greater|Less)Than(?:OrEqual)?|InstanceOf|TypeOf|OneOf)?|Equal|StrictEqual|Match(?:Object|Snapshot|InlineSnapshot)?|Throw(?:Error)?|Contain(?:Equal)?|HaveLength|HaveProperty|Have(?:Been|Last|Nth)?(?:Called|Returned)\w*)$/;

/** A matcher that `expect` has from the start. */
export function isBuiltInMatcher(name: string): boolean {
  return MATCHERS.test(name);
}

/** Calls of a framework that needs no import. */
export function runsTests(text: string): boolean {
  return /(?:^|[^.\w$])(?:describe|it|test|beforeEach|afterEach|beforeAll|afterAll|before|after)(?:\.\w+)?\s*\(/.test(
    text,
  );
}
