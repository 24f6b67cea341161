import { text } from 'node:stream/consumers';
import { changeSchema } from '../change-schema.ts';
import { countRemoved } from './count-removed.ts';

// A program of its own for the reason guards/main.ts is one: hostile files may end the parser.
const change = changeSchema.parse(JSON.parse(await text(process.stdin)));
process.stdout.write(JSON.stringify(countRemoved(change)));
