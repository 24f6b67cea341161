import { type Detection, foundOne, leftOutOne, nothingFound, together } from '../found.ts';
import { checkOf, namesIn, type Place, textOf } from '../place.ts';

/** go vet, go build, gofmt and go test for the module, or for every module of a workspace. */
export function go(place: Place): Detection {
  const names = namesIn(place);
  const source = names.has('go.work') ? 'go.work' : 'go.mod';
  if (!names.has(source)) return nothingFound;
  const where = source === 'go.work' ? modules(textOf(place, 'go.work') ?? '') : ['./...'];
  const missing = place.options.hasExecutable('go') ? '' : ', but go is not on this machine';
  const reason = `${source} is there${missing}`;
  const one = (kind: 'lint' | 'build' | 'test', ...command: readonly string[]) =>
    foundOne({ ...checkOf(place, { kind, argv: ['go', ...command, ...where], source }), needs: [] }, reason);
  const hasTests = place.files.paths.some((path) => path.endsWith('_test.go'));
  return together([
    one('lint', 'vet'),
    one('build', 'build'),
    formatting(place, source),
    // Without -v go counts packages only, and a test that is skipped looks like one that passed.
    hasTests ? one('test', 'test', '-v') : nothingFound,
    golangci(place),
  ]);
}

/** Without what others wrote, and without files that tests read, which may be broken on purpose. */
const OWN_FILES =
  "find . -name '*.go' ! -path '*/vendor/*' ! -path '*/testdata/*' ! -path '*/node_modules/*'";
/** gofmt ends well whatever it lists. */
const LIST = `files=$(${OWN_FILES} -exec gofmt -l {} +) || exit 2; [ -z "$files" ] || { echo "$files" | sed 's/^/not formatted: /'; exit 1; }`;

function formatting(place: Place, source: string): Detection {
  if (!place.options.hasExecutable('gofmt')) return nothingFound;
  const check = checkOf(place, { kind: 'format', argv: ['sh', '-c', LIST], source });
  const fix = ['sh', '-c', `${OWN_FILES} -exec gofmt -w {} +`];
  return foundOne({ ...check, fix, needs: [] }, `${source} is there; all of Go is formatted by gofmt`);
}

const MOST_MODULES = 50;
const LONGEST_FILE = 1000;

/** `use ./a` and `use ( ./a ./b )`, as packages below each module. */
function modules(text: string): string[] {
  const words = text.split('\n', LONGEST_FILE).map((line) => line.trim().replace(/^use /, '').trim());
  const folders = words.filter((word) => /^\.(?:\/[\w./-]*)?$/.test(word));
  const plain = folders.slice(0, MOST_MODULES).map((folder) => `${folder.replace(/\/$/, '')}/...`);
  return plain.length > 0 ? plain : ['./...'];
}

function golangci(place: Place): Detection {
  const config = [...namesIn(place)].find((name) => /^\.golangci\.(?:ya?ml|toml|json)$/.test(name));
  return config === undefined
    ? nothingFound
    : leftOutOne('golangci-lint', config, 'it is not part of Go; name it in runyard.yaml to have it run');
}
