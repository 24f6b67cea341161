/* Words of languages and their libraries: that a change no longer uses one says nothing about what its tests are for. */

const KEYWORDS =
  'abstract and any as assert async await bool boolean break byte case catch chan char class const constructor continue crate debugger def default defer del delete do elif else enum except export extends extern fallthrough false False finally fn for from func function get global go goto if impl implements import in instanceof int interface is keyof lambda let loop map match mod move mut namespace new nil none None nonlocal not null number object or override package panic pass private protected pub public raise range readonly ref require return satisfies self Self set static str string struct super switch symbol then this throw throws trait true True try type typeof undefined union unknown unsafe use using var void where while with yield';
const LIBRARIES =
  'abs append bytes callable clearInterval clearTimeout Decimal dict enumerate exit filter find float floor forEach format getattr globalThis hasattr hash head includes indexOf input isinstance isinstance issubclass items iter join keys length list log max message min name next open path ord pop print process push range reduce repr replace resolve reject reversed round setInterval setTimeout setattr slice some sort sorted splice split startswith stringify sum super test tests toString trim tuple value values zip Err Some None Ok Result Option Vec String errors Errorf Fatal Fatalf Println Sprintf';

const COMMON: ReadonlySet<string> = new Set([
  ...KEYWORDS.split(' '),
  ...LIBRARIES.split(' '),
  ...Object.getOwnPropertyNames(globalThis),
]);

/** `RangeError`, `ValueError`, `StopIteration`: whoever defines such a name says so in a declaration. */
const ERROR_CLASS =
  /^(?:[A-Z]\w*)?(?:Error|Exception|Warning)$|^(?:StopIteration|KeyboardInterrupt|SystemExit)$/;

export function isCommonWord(word: string): boolean {
  return COMMON.has(word) || ERROR_CLASS.test(word);
}
