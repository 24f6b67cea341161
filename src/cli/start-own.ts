import { runyardError } from '../domain/errors/runyard-error.ts';
import type { CliContext, ControlPlaneRequest, OwnControlPlane } from './context.ts';

/**
 * Starts a control plane in this process. A signal that comes while it starts is not lost and leaves nothing behind: what was started is stopped
 * again, the embedded database included, then `run.cancelled` is thrown.
 */
export async function startOwnControlPlane(
  context: CliContext,
  request: ControlPlaneRequest,
): Promise<OwnControlPlane> {
  let interrupted = false;
  const stopListening = context.onInterrupt(() => {
    if (!interrupted)
      context.terminal.err('Stopping; the control plane is still starting and is ended first.');
    interrupted = true;
  });
  try {
    const own = await context.services.startControlPlane(request);
    if (!interrupted) return own;
    await own.stop();
  } finally {
    stopListening();
  }
  throw runyardError('run.cancelled', { by: context.user, reason: 'It was interrupted while it started.' });
}
