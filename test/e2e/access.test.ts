import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accessRoutes,
  createTokenResponseSchema,
  listAuditResponseSchema,
  signInLinkResponseSchema,
} from '../../src/api/contract.ts';
import { cleanEnvironment, cliPath, runCli } from './support/cli.ts';
import { temporaryFolder } from './support/repository.ts';
import { startServer, type TestServer } from './support/server.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let dataDir: string;
let server: TestServer;

beforeAll(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  dataDir = path.join(folder, 'data');
  server = await startServer(dataDir);
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await removeFolder();
});

/** util-linux's script(1) gives a program a terminal. */
const SCRIPT = '/usr/bin/script';
const LINK = /Sign in, once, within ten minutes: {2}(\S+)/;

function exchange(link: string) {
  return fetch(new URL(accessRoutes.signIn, link), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: new URL(link).hash.slice(1) }),
  });
}

const cli = (...args: string[]) => runCli([...args, '--data-dir', dataDir]);
async function json(...args: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await cli(...args, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe('O8: signing in', () => {
  it('a first start whose output is kept says how to make a link, and prints none', async () => {
    await expect.poll(() => server.output(), { timeout: 20_000 }).toContain('End it with Ctrl-C');
    expect(server.output()).toContain(`Sign in to the dashboard:  bin/runyard sign-in --data-dir ${dataDir}`);
    expect(server.output()).not.toMatch(/\/sign-in#/);
  });

  it.skipIf(!existsSync(SCRIPT))(
    'a first start on a terminal prints a link that is good',
    async () => {
      const command = `exec ${cliPath} serve --data-dir ${path.join(folder, 'other')}`;
      const child = spawn(SCRIPT, ['-qec', command, '/dev/null'], { env: cleanEnvironment() });
      const exited = new Promise((resolve) => child.once('exit', resolve));
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      try {
        await expect.poll(() => output, { timeout: 60_000 }).toMatch(LINK);
        expect((await exchange(LINK.exec(output)?.[1] ?? '')).status).toBe(200);
      } finally {
        child.stdin.write('\x03');
        await exited;
      }
    },
    90_000,
  );

  it('runyard sign-in prints a link to the server that works once', async () => {
    const link = (await cli('sign-in', '--name', 'owner')).stdout.trim();
    expect(new URL(link).origin).toBe(server.url);
    expect(new URL(link).pathname).toBe('/sign-in');
    const first = await exchange(link);
    expect(first.status).toBe(200);
    const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const me = await fetch(`${server.url}${accessRoutes.me}`, { headers: { cookie } });
    expect(await me.json()).toMatchObject({
      kind: 'session',
      name: 'owner',
      role: 'admin',
      via: 'dashboard',
    });
    expect((await exchange(link)).status).toBe(401);
  });

  it('runyard sign-in makes another one, for whom and as what it is told', async () => {
    const made = await json('sign-in', '--name', 'anna', '--role', 'operator');
    const { url, role } = signInLinkResponseSchema.parse(made);
    expect(role).toBe('operator');
    expect(await (await exchange(url)).json()).toMatchObject({ name: 'anna', role: 'operator' });
    const id = /(\w+) +operator .* anna/.exec((await cli('sign-in', '--list')).stdout)?.[1] ?? '';
    expect((await cli('sign-in', '--end', id)).stdout).toContain('Ended');
    expect((await cli('sign-in', '--list')).stdout).not.toContain('anna');
  });
});

describe('O8: tokens and the audit log on the command line', () => {
  it('a token is made, listed, used and revoked; the log says so', async () => {
    const { token, secret } = createTokenResponseSchema.parse(
      await json('token', 'create', 'ci', '--role', 'viewer'),
    );
    const use = () => fetch(`${server.url}/api/v1/runs`, { headers: { authorization: `Bearer ${secret}` } });
    expect((await use()).status).toBe(200);
    const list = await cli('token', 'list');
    expect(list.stdout).toMatch(new RegExp(`${token.id} +viewer +active +0d`));
    expect((await cli('token', 'revoke', token.id)).stdout).toContain('Revoked');
    expect((await use()).status).toBe(401);
    const { entries } = listAuditResponseSchema.parse(await json('audit', '--target', `token:${token.id}`));
    expect(entries.map(({ action, actor, origin }) => [action, actor.kind, origin.via])).toEqual([
      ['revokeToken', 'owner', 'cli'],
      ['createToken', 'owner', 'cli'],
    ]);
    const table = await cli('audit', '--action', 'revokeToken');
    expect(table.stdout).toMatch(/owner +revokeToken +token:\w+ +done +127\.0\.0\.1 cli +revokedAt: 20/);
    expect((await cli('token', 'revoke', 'nothing')).code).toBe(2);
  });
});

describe('O8: without a server', () => {
  it('a second start prints no link, since somebody was let in; and there is nothing to sign in to without one', async () => {
    await server.kill('SIGTERM');
    const away = await cli('sign-in');
    expect([away.code, away.stderr]).toEqual([2, expect.stringContaining('runyard serve')]);
    server = await startServer(dataDir);
    await expect.poll(() => server.output(), { timeout: 20_000 }).toContain('End it with Ctrl-C');
    expect(server.output()).not.toMatch(LINK);
  });

  it('an address that others reach is refused, with what to do; a token can be made for it without a server', async () => {
    const other = path.join(folder, 'other');
    const environment = { env: { RUNYARD_SERVER_HOST: '0.0.0.0' } };
    const refused = await runCli(['serve', '--data-dir', other], environment);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('0.0.0.0');
    expect(refused.stderr).toContain('runyard token create');
    const made = await runCli(['token', 'create', 'ci', '--data-dir', other], environment);
    expect([made.code, made.stdout.trim()]).toEqual([0, expect.stringMatching(/^ryd_[\w-]{43}$/)]);
  });
});
