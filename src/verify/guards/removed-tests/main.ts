import { text } from 'node:stream/consumers';
import type { Change } from '../types.ts';
import { countRemoved } from './count-removed.ts';

// A program of its own for the reason guards/main.ts is one: hostile files may end the parser.
const change = JSON.parse(await text(process.stdin)) as Change;
process.stdout.write(JSON.stringify(countRemoved(change)));
