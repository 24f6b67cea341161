import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';

const require = createRequire(import.meta.url);

/** The reader of YAML, loaded with the first file that needs it: few changes hold one, and it takes a tenth of what the search starts in. */
export function yamlReader(): Pick<typeof Yaml, 'parse' | 'parseDocument'> {
  return require('yaml') as typeof Yaml;
}
