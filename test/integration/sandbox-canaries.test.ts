import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SandboxPolicy } from '../../src/process/types.ts';
import { makeFolder, policy, removeFolder, run, usableModes } from '../fixtures/process-helpers.ts';

const modes = await usableModes();
const SECRET = 'canary-2f9c1e';
const data = makeFolder();
const workspace = join(data, 'workspaces', 'run1', 'checkout');
const socketPath = join(data, 'sockets', 'private.sock');
const tcp = createServer((socket) => socket.end(SECRET));
const unix = createServer((socket) => socket.end(SECRET));

beforeAll(async () => {
  mkdirSync(workspace, { recursive: true });
  mkdirSync(join(data, 'sockets'));
  writeFileSync(join(data, 'api-token'), SECRET);
  writeFileSync(join(data, 'workspaces', 'run1', 'host-only'), SECRET);
  await Promise.all([
    once(tcp.listen(0, '127.0.0.1'), 'listening'),
    once(unix.listen(socketPath), 'listening'),
  ]);
});

afterAll(() => {
  tcp.close();
  unix.close();
  removeFolder(data);
});

function runPolicy(overrides: Partial<SandboxPolicy> = {}): SandboxPolicy {
  return policy('bubblewrap', { writable: [workspace], masked: [data], ...overrides });
}

async function inside(script: string, overrides: Partial<SandboxPolicy> = {}) {
  return run(['sh', '-c', script], { cwd: workspace, sandbox: runPolicy(overrides) });
}

describe.runIf(modes.includes('bubblewrap'))('a child in bubblewrap', () => {
  it('Q4: cannot reach the data folder, but for its workspace', async () => {
    const result = await inside(`cat ${data}/api-token ../host-only; ls ${data} ${data}/workspaces/run1`);
    expect(result.stdout + result.stderr).not.toContain(SECRET);
    expect(result.stdout.replaceAll(/.*:\n/g, '').split(/\s+/).filter(Boolean)).toEqual([
      'workspaces',
      'checkout',
    ]);
  });

  it('Q4: cannot reach a TCP listener of the host', async () => {
    const { port } = tcp.address() as AddressInfo;
    const connect = `import socket; print(socket.create_connection(("127.0.0.1", ${port}), 2).recv(99))`;
    const result = await run(['python3', '-c', connect], { cwd: workspace, sandbox: runPolicy() });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain('Connection refused');
  });

  it('Q4: cannot reach a unix socket in the data folder', async () => {
    const connect = `import socket; s = socket.socket(socket.AF_UNIX); s.connect("${socketPath}"); print(s.recv(99))`;
    const result = await run(['python3', '-c', connect], { cwd: workspace, sandbox: runPolicy() });
    expect(result.stderr).toContain('FileNotFoundError');
  });

  it('Q4: cannot reach the environment of another process, nor see that there is one', async () => {
    const other = spawn('sleep', ['60'], { env: { SECRET, PATH: '/usr/bin:/bin' } });
    const result = await inside('cat /proc/[0-9]*/environ; echo; ls -d /proc/[0-9]* | wc -l');
    other.kill('SIGKILL');
    expect(result.stdout).not.toContain(SECRET);
    expect(Number(result.stdout.trim().split('\n').at(-1))).toBeLessThan(6);
  });

  it('Q4: cannot reach what only root may read', async () => {
    const result = await inside('cat /etc/shadow /etc/gshadow');
    expect(result.stdout).toBe('');
  });

  it('Q4: cannot reach home folders, /run, or what others left in /tmp', async () => {
    const result = await inside(
      `ls -A /home /root ${homedir()} /run /var/run/ /var/tmp /tmp | grep -v : | sort -u`,
    );
    expect(
      result.stdout
        .split('\n')
        .filter((name) => ![...data.split('/'), ...homedir().split('/')].includes(name)),
    ).toEqual([]);
  });

  it('Q4: cannot reach the settings of the kernel, which would be a way out for root', async () => {
    const before = readFileSync('/proc/sys/kernel/core_pattern', 'utf8');
    const nested = `unshare --user --map-root-user --pid --fork --mount-proc sh -c 'echo x > /proc/sys/kernel/core_pattern'`;
    const result = await inside(
      `echo x > /proc/sys/kernel/core_pattern; ${nested}; mkdir /sys/fs/cgroup/x; exit 0`,
    );
    expect(result.stderr).toContain('Read-only file system');
    expect(readFileSync('/proc/sys/kernel/core_pattern', 'utf8')).toBe(before);
  });

  it('writes only into its workspace', async () => {
    const outside = ['/etc/x', '/usr/x', '/x', `${data}/host-only`, '/var/lib/x', '/boot/x'];
    const result = await inside(
      `for f in ${outside.join(' ')}; do touch $f; done; echo kept > inside.txt; exit 0`,
    );
    expect(readFileSync(join(workspace, 'inside.txt'), 'utf8')).toBe('kept\n');
    expect(outside.filter((file) => existsSync(file))).toEqual([]);
    expect(result.stderr.match(/Read-only file system/g)?.length).toBeGreaterThanOrEqual(5);
  });

  it('has no capabilities and cannot get new ones', async () => {
    const result = await inside('grep -E "^(CapEff|CapBnd|NoNewPrivs)" /proc/self/status; id -u');
    expect(result.stdout).toMatch(/CapEff:\s+0{16}\nCapBnd:\s+0{16}\nNoNewPrivs:\s+1\n1000\n/);
  });

  it('the more specific path wins: hidden in writable, writable in hidden, readable in hidden', async () => {
    mkdirSync(join(workspace, 'secret'), { recursive: true });
    mkdirSync(join(data, 'mirrors'), { recursive: true });
    writeFileSync(join(workspace, 'secret', 'a'), SECRET);
    writeFileSync(join(data, 'mirrors', 'object'), 'an object');
    const result = await inside(
      `ls secret; cat ${data}/mirrors/object; touch ${data}/mirrors/x || touch written`,
      {
        masked: [data, join(workspace, 'secret')],
        readable: [join(data, 'mirrors')],
      },
    );
    expect(result.stdout).toBe('an object');
    expect(existsSync(join(data, 'mirrors', 'x'))).toBe(false);
    expect(existsSync(join(workspace, 'written'))).toBe(true);
  });

  it('a path through a symbolic link is bound where it leads and where it was named', async () => {
    const link = join(data, 'link-to-workspace');
    symlinkSync(workspace, link);
    const result = await run(['sh', '-c', `pwd; echo hi > ${link}/by-link; ls ${workspace}/by-link`], {
      cwd: link,
      sandbox: runPolicy({ writable: [link] }),
    });
    expect(result).toMatchObject({ exitCode: 0, stdout: `${workspace}\n${workspace}/by-link\n` });
  });

  it('paths that are not there: readable and hidden ones are passed over, a writable one is an error that names it', async () => {
    const gone = join(data, 'gone');
    expect((await inside('true', { readable: [gone], masked: [data, gone] })).exitCode).toBe(0);
    const result = await inside('true', { writable: [gone] });
    expect(result).toMatchObject({ cause: 'not-started', error: { code: 'process.sandbox-path-missing' } });
    expect(result.error?.what).toContain(gone);
  });

  it("with the host's network a listener of the host is reached, and nothing else changes", async () => {
    const { port } = tcp.address() as AddressInfo;
    const connect = `import socket; print(socket.create_connection(("127.0.0.1", ${port}), 2).recv(99).decode())`;
    const sandbox = runPolicy({ network: 'host' });
    const result = await run(['python3', '-c', connect], { cwd: workspace, sandbox });
    expect(result.stdout.trim()).toBe(SECRET);
    expect((await inside(`cat ${data}/api-token`, { network: 'host' })).exitCode).toBe(1);
  });

  it('says which program is missing inside, and which cannot be executed', async () => {
    const options = { cwd: workspace, sandbox: runPolicy() };
    expect((await run(['no-such-program'], options)).error?.code).toBe('process.missing-tool');
    expect((await run(['/etc/passwd'], options)).error?.code).toBe('process.not-executable');
  });
});

describe.runIf(modes.includes('pid-namespace'))('a child in a PID namespace', () => {
  it('Q4: cannot reach the environment of another process', async () => {
    const other = spawn('sleep', ['60'], { env: { SECRET, PATH: '/usr/bin:/bin' } });
    const result = await run(['sh', '-c', 'cat /proc/[0-9]*/environ'], { sandbox: policy('pid-namespace') });
    other.kill('SIGKILL');
    expect(result.stdout).not.toContain(SECRET);
  });

  it('keeps exit codes, and reports a signal as 128 and its number', async () => {
    const sandbox = policy('pid-namespace');
    expect((await run(['sh', '-c', 'exit 42'], { sandbox })).exitCode).toBe(42);
    expect((await run(['sh', '-c', 'kill -SEGV $$'], { sandbox })).exitCode).toBe(139);
    expect((await run(['no-such-program'], { sandbox })).error?.code).toBe('process.missing-tool');
  });
});
