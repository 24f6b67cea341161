import { lstat } from 'node:fs/promises';
import { relative } from 'node:path';
import { RunyardError } from '../../../../domain/errors/runyard-error.ts';
