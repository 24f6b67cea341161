// `npm run demo`: installs what is missing, then runs the main job on a sample repository with a scripted model.
import { ensureInstalled, runPinned } from './install.mjs';

ensureInstalled();
const { code } = await runPinned(['tools/demo/main.ts', ...process.argv.slice(2)]);
process.exitCode = code ?? 1;
