// `npm run check [-- part …]`: installs what is missing, then runs everything that a commit must pass.
import { ensureInstalled, runPinned } from './install.mjs';

ensureInstalled();
const { code } = await runPinned(['tools/check.ts', ...process.argv.slice(2)]);
process.exitCode = code ?? 1;
