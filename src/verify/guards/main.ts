import { text } from 'node:stream/consumers';
import { changeSchema } from './change-schema.ts';
import { searchChange } from './search-change.ts';

/*
 * A program of its own, started in the sandbox of the checks: the parser ends the whole process on some hostile files, and a search that
 * takes too long can only be ended from outside.
 */
const change = changeSchema.parse(JSON.parse(await text(process.stdin)));
process.stdout.write(JSON.stringify(await searchChange(change)));
