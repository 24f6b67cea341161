import { z } from 'zod';
import { type HostEnvironment, userPath } from '../../../process/child-environment.ts';
import { runProcess } from '../../../process/run-process.ts';
import { npmEnvironment } from '../../dependencies/npm-settings.ts';

export type PackageFacts =
  | {
      readonly kind: 'found';
      readonly version: string;
      readonly createdAt: Date | null;
      readonly hasInstallScript: boolean;
      readonly deprecated: string | null;
      readonly modifiedAt: Date | null;
    }
  | { readonly kind: 'missing' }
  | { readonly kind: 'no-version' }
  /** The registry could not be asked. */
  | { readonly kind: 'unknown'; readonly why: string };

export type PackageLookUp = (name: string, range: string) => Promise<PackageFacts>;

const TIMEOUT_MS = 15_000;
const answerSchema = z.object({
  version: z.string(),
  scripts: z.record(z.string(), z.string()).optional().catch(undefined),
  deprecated: z.string().optional().catch(undefined),
});
const failureSchema = z.object({
  error: z.object({ code: z.string().nullish(), summary: z.string().nullish() }),
});

export interface NpmViewOptions {
  readonly host: HostEnvironment;
  readonly signal: AbortSignal;
  /** The registry the repository names for a package, one that may be asked; null: the operator's. */
  readonly registryOf: (name: string) => string | null;
}

/** Asks the operator's npm, outside of any repository: it knows registries, proxies and credentials. Nothing of the package is fetched or run. */
export function npmView(options: NpmViewOptions): PackageLookUp {
  return async (name, range) => {
    const [answer, times] = await Promise.all([
      view(options, {
        name,
        spec: `${name}@${range === '' ? 'latest' : range}`,
        fields: ['version', 'scripts', 'deprecated'],
      }),
      view(options, { name, spec: name, fields: ['time'] }),
    ]);
    if (answer.why !== null) return { kind: 'unknown', why: answer.why };
    return readAnswer(answer.text, datesOf(times.text));
  };
}

interface View {
  readonly name: string;
  readonly spec: string;
  readonly fields: readonly string[];
}

async function view({ host, signal, registryOf }: NpmViewOptions, { name, spec, fields }: View) {
  const registry = registryOf(name);
  const result = await runProcess({
    argv: [
      'npm',
      'view',
      '--json',
      '--fetch-retries=0',
      '--fetch-timeout=10000',
      ...(registry ? [`--registry=${registry}`] : []),
      '--',
      spec,
      ...fields,
    ],
    cwd: '/',
    env: { ...npmEnvironment(host), PATH: userPath(host['PATH']) },
    limits: { timeoutMs: TIMEOUT_MS, killGraceMs: 1_000, maxOutputBytes: 4 * 1024 * 1024 },
    signal,
  });
  signal.throwIfAborted();
  const why = result.cause === 'exited' ? null : (result.error?.what ?? 'npm gave no answer');
  return { text: result.stdout, why };
}

interface Dates {
  readonly createdAt: Date | null;
  readonly modifiedAt: Date | null;
}

/** Registries differ in which keys they have besides the versions; the first and the last date are the same in all. */
function datesOf(text: string): Dates {
  const times = z.record(z.string(), z.string()).safeParse(parse(text));
  const dates = Object.values(times.data ?? {}).flatMap((each) => dateOf(each) ?? []);
  dates.sort((one, other) => one.getTime() - other.getTime());
  return { createdAt: dates[0] ?? null, modifiedAt: dates.at(-1) ?? null };
}

function readAnswer(text: string, dates: Dates): PackageFacts {
  const data = parse(text);
  const failure = failureSchema.safeParse(data);
  if (failure.success) {
    const { code, summary } = failure.data.error;
    if (code === 'E404')
      return { kind: /No match found for version/i.test(summary ?? '') ? 'no-version' : 'missing' };
    if (code === 'ETARGET') return { kind: 'no-version' };
    return { kind: 'unknown', why: `${code ?? 'error'} ${(summary ?? '').slice(0, 200)}`.trim() };
  }
  const one: unknown = Array.isArray(data) ? data.at(-1) : data;
  // A package with one field of those asked for is answered with its bare value.
  const last = typeof one === 'string' ? { version: one } : one;
  const answer = answerSchema.safeParse(last);
  if (!answer.success)
    return text.trim() === ''
      ? { kind: 'no-version' }
      : { kind: 'unknown', why: 'npm answered something else than expected' };
  const { version, scripts = {}, deprecated } = answer.data;
  return {
    kind: 'found',
    version,
    ...dates,
    hasInstallScript: ['preinstall', 'install', 'postinstall'].some((script) => script in scripts),
    deprecated: deprecated ?? null,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function dateOf(text: string): Date | null {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date;
}
