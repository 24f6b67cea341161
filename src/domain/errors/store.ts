import { defineErrors } from './definition.ts';

export const storeErrors = defineErrors({
  'store.unreachable': (f: { server: string; detail: string }) => ({
    kind: 'retryable',
    what: `The database at ${f.server} cannot be reached.`,
    why: f.detail,
    next: 'Check database.url and that the server runs; runyard doctor tries the connection and says more.',
  }),
  'store.unsupported-version': (f: { server: string; found: string }) => ({
    kind: 'needs-human',
    what: `The database at ${f.server} is PostgreSQL ${f.found}.`,
    why: 'Runyard needs PostgreSQL 15 or newer; it is tested with 15 and 18.',
    next: 'Upgrade that server, set database.url to another one, or leave it out to use the embedded one.',
  }),
  'store.schema-newer': (f: { found: number; known: number }) => ({
    kind: 'needs-human',
    what: `The database has schema version ${f.found}; this Runyard knows versions up to ${f.known}.`,
    why: 'A newer version of Runyard has used this database. An older one could damage what it stored.',
    next: 'Start the newer version again, or give this one another data folder (--data-dir) or database.',
  }),
  'store.migration-changed': (f: { migration: string }) => ({
    kind: 'needs-human',
    what: `Migration ${f.migration} is not the one that made this database.`,
    why: 'Its file was edited after it was applied, or the database belongs to another build. Nothing was changed.',
    next: 'Reinstall the version that made the database; never edit a migration, add a new one.',
  }),
  'store.migration-failed': (f: { migration: string; detail: string }) => ({
    kind: 'needs-human',
    what: `Migration ${f.migration} failed; the database is as it was before.`,
    why: f.detail,
    next: 'Check that the database is used by Runyard alone and that its user may create tables, then start again.',
  }),
  'store.embedded-unavailable': (f: { platform: string; package: string }) => ({
    kind: 'needs-human',
    what: 'The embedded database is not installed.',
    why: `The package ${f.package} with the PostgreSQL binaries for ${f.platform} was not found; it is optional, so an install can leave it out.`,
    next: 'Run npm install again without --omit=optional, or set database.url to a PostgreSQL server.',
  }),
  'store.embedded-needs-namespaces': (f: { detail: string }) => ({
    kind: 'needs-human',
    what: 'The embedded database cannot run as this user.',
    why: `PostgreSQL refuses to run as root or as a user without a name, and this system does not allow the user namespace that hides it: ${f.detail}`,
    next: 'Start Runyard as an ordinary user, or set database.url to a PostgreSQL server.',
  }),
  'store.embedded-init-failed': (f: { folder: string; output: string }) => ({
    kind: 'needs-human',
    what: `The embedded database could not be created in ${f.folder}.`,
    why: f.output,
    next: 'Check free space and permissions of the folder, then start again: nothing half-made was left behind.',
  }),
  'store.embedded-start-failed': (f: { folder: string; logFile: string; output: string }) => ({
    kind: 'needs-human',
    what: `The embedded database in ${f.folder} did not start in time.`,
    why: f.output,
    next: `Read its log: ${f.logFile}`,
  }),
  'store.embedded-stop-failed': (f: { folder: string; logFile: string }) => ({
    kind: 'needs-human',
    what: `The embedded database in ${f.folder} did not stop in time.`,
    why: 'Neither a fast nor an immediate shutdown ended it. Nothing stored is lost.',
    next: `Read its log: ${f.logFile}`,
  }),
  'store.embedded-foreign-server': (f: { socket: string; detail: string }) => ({
    kind: 'needs-human',
    what: `Another database server answers on ${f.socket}.`,
    why: f.detail,
    next: 'Stop that server, or give Runyard another data folder with --data-dir.',
  }),
  'store.embedded-version': (f: { folder: string; found: string; expected: string }) => ({
    kind: 'needs-human',
    what: `The database in ${f.folder} was made by PostgreSQL ${f.found}; this Runyard brings PostgreSQL ${f.expected}.`,
    why: 'PostgreSQL cannot open the files of another major version.',
    next: 'Start the version of Runyard that made it, or give this one another data folder.',
  }),
  'store.socket-folder-unsafe': (f: { folder: string; detail: string }) => ({
    kind: 'needs-human',
    what: `The folder for the database socket, ${f.folder}, is not private.`,
    why: f.detail,
    next: 'Remove that folder, or choose a data folder with a shorter path so that it is not needed.',
  }),
});
