import path from 'node:path';
import { stalePages, writePages } from './reference.ts';

/** Writes docs/reference from the code. With --check nothing is written: exit code 1 when a page is not what the code says. */

const folder = path.resolve(import.meta.dirname, '../../docs/reference');
const stale = await stalePages(folder);

if (stale.length === 0) {
  console.log('docs/reference is what the code says.');
} else if (process.argv.includes('--check')) {
  console.error(
    `docs/reference is not what the code says: ${stale.join(', ')}. Write it anew: node tools/docs/generate.ts`,
  );
  process.exitCode = 1;
} else {
  await writePages(folder, stale);
  console.log(`Written: ${stale.join(', ')}.`);
}
