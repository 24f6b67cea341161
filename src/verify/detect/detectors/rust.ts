import type { CheckKind } from '../../../domain/verdict.ts';
import { type Detection, foundOne, nothingFound, together } from '../found.ts';
import { checkOf, fileLike, namesIn, type Place, textOf } from '../place.ts';

const SOURCE = 'Cargo.toml';

/** cargo check, clippy where it is configured, fmt --check and all tests. */
export function rust(place: Place): Detection {
  if (!namesIn(place).has(SOURCE)) return nothingFound;
  const manifest = textOf(place, SOURCE) ?? '';
  const all = /^[ \t]*\[workspace\]/m.test(manifest) ? ['--workspace'] : [];
  const missing = place.options.hasExecutable('cargo') ? '' : ', but cargo is not on this machine';
  const one = (kind: CheckKind, argv: readonly string[], why: string): Detection =>
    foundOne(
      { ...checkOf(place, { kind, argv: ['cargo', ...argv], source: SOURCE }), needs: [] },
      `${why}${missing}`,
    );
  const clippy =
    fileLike(place, /^\.?clippy\.toml$/) ??
    (/^[ \t]*\[(?:workspace\.)?lints\.clippy\]/m.test(manifest) ? SOURCE : null);
  const crate = `${SOURCE} is there`;
  return together([
    one('typecheck', ['check', ...all, '--all-targets'], crate),
    clippy ? one('lint', ['clippy', ...all, '--all-targets'], `${clippy} configures clippy`) : nothingFound,
    withFix(one('format', ['fmt', ...(all.length > 0 ? ['--all'] : []), '--check'], crate)),
    // Else the first failing file of tests hides what the others would say.
    one('test', ['test', ...all, '--no-fail-fast'], crate),
  ]);
}

function withFix(detection: Detection): Detection {
  const found = detection.found.map(({ check, reasons }) => ({
    check: { ...check, fix: check.argv.filter((arg) => arg !== '--check') },
    reasons,
  }));
  return { ...detection, found };
}
