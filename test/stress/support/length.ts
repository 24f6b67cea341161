/** `short` on every change, `full` with RUNYARD_TEST_LENGTH=full (npm run test:full). */
export const isFull = process.env['RUNYARD_TEST_LENGTH'] === 'full';

/** Repeats the choices of an earlier run. */
export const seed = Number(process.env['RUNYARD_TEST_SEED'] ?? 1 + (Date.now() % 1_000_000));
