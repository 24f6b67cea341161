type HostCode = 'host.disk-full' | 'host.disk-failed' | 'host.not-permitted' | 'host.too-many-open-files';

interface HostError {
  readonly code: HostCode;
  readonly fields: { readonly path: string; readonly detail: string };
}

/**
 * What the host refused, by the error of a system call (errno(3), in the shape Node gives it); null for what may well be a fault of Runyard's own.
 */
export function hostErrorOf(error: unknown): HostError | null {
  if (!(error instanceof Error)) return null;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return null;
  const known =
    withPathOrWithout[code] ?? (path !== undefined && refusals.has(code) ? 'host.not-permitted' : null);
  return known === null ? null : { code: known, fields: { path: path ?? '', detail: error.message } };
}

const withPathOrWithout: Readonly<Record<string, HostCode>> = {
  ENOSPC: 'host.disk-full',
  EDQUOT: 'host.disk-full',
  EIO: 'host.disk-failed',
  EMFILE: 'host.too-many-open-files',
  ENFILE: 'host.too-many-open-files',
};
/** Of a path; without one they are about ports and processes. */
const refusals = new Set(['EACCES', 'EPERM', 'EROFS']);
