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
  'time.created': z.string().optional(),
  'time.modified': z.string().optional(),
  time: z
    .object({ created: z.string().optional(), modified: z.string().optional() })
    .optional()
    .catch(undefined),
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
export function npmView({ host, signal, registryOf }: NpmViewOptions): PackageLookUp {
  return async (name, range) => {
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
        `${name}@${range === '' ? 'latest' : range}`,
        'version',
        'scripts',
        'deprecated',
        'time.created',
        'time.modified',
      ],
      cwd: '/',
      env: { ...npmEnvironment(host), PATH: userPath(host['PATH']) },
      limits: { timeoutMs: TIMEOUT_MS, killGraceMs: 1_000, maxOutputBytes: 4 * 1024 * 1024 },
      signal,
    });
    signal.throwIfAborted();
    if (result.cause !== 'exited')
      return { kind: 'unknown', why: result.error?.what ?? 'npm gave no answer' };
    return readAnswer(result.stdout);
  };
}

function readAnswer(text: string): PackageFacts {
  const data = parse(text);
  const failure = failureSchema.safeParse(data);
  if (failure.success) {
    const { code, summary } = failure.data.error;
    if (code === 'E404')
      return { kind: /No match found for version/i.test(summary ?? '') ? 'no-version' : 'missing' };
    if (code === 'ETARGET') return { kind: 'no-version' };
    return { kind: 'unknown', why: `${code ?? 'error'} ${(summary ?? '').slice(0, 200)}`.trim() };
  }
  const last: unknown = Array.isArray(data) ? data.at(-1) : data;
  const answer = answerSchema.safeParse(last);
  if (!answer.success)
    return text.trim() === ''
      ? { kind: 'no-version' }
      : { kind: 'unknown', why: 'npm answered something else than expected' };
  const { version, scripts = {}, deprecated, time } = answer.data;
  return {
    kind: 'found',
    version,
    createdAt: dateOf(answer.data['time.created'] ?? time?.created),
    modifiedAt: dateOf(answer.data['time.modified'] ?? time?.modified),
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

function dateOf(text: string | undefined): Date | null {
  const date = new Date(text ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date;
}
