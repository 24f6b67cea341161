import { fileURLToPath } from 'node:url';

/** The folder Runyard is installed in: sandboxes see it read-only, because the built-in agent and the bridge live in it. */
export const installRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
