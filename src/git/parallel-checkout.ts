/**
 * Files are written by one process per core, from a number of files on at which starting them is worth it. Older versions of git ignore
 * the settings.
 */
export const parallelCheckout: readonly string[] = [
  '-c',
  'checkout.workers=0',
  '-c',
  'checkout.thresholdForParallelism=1000',
];
