import { text } from 'node:stream/consumers';
import { searchChange } from './search-change.ts';
import type { Change } from './types.ts';

/*
 * A program of its own, started in the sandbox of the checks: the parser ends the whole process on some hostile files, and a search that
 * takes too long can only be ended from outside.
 */
// From our own process: a schema would only make the start slower.
const change = JSON.parse(await text(process.stdin)) as Change;
process.stdout.write(JSON.stringify(await searchChange(change)));
