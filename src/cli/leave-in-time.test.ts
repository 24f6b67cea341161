import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

function endedCommand(program: string) {
  const start = `import { leaveInTime } from ${JSON.stringify(import.meta.resolve('./leave-in-time.ts'))};
process.exitCode = 3; leaveInTime((code) => process.exit(code), 1);`;
  const args = ['--input-type=module', '--eval', `${start}\n${program}`];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 });
  return { status, stderr };
}

it('a command that has ended leaves with its exit code although a server is still open, and says so', () => {
  const held = endedCommand("(await import('node:net')).createServer().listen(0, '127.0.0.1');");
  expect(held.status).toBe(3);
  expect(held.stderr).toContain('still holds its process: TCPServerWrap');
});

it('a command that holds nothing leaves without a word', () => {
  expect(endedCommand('')).toEqual({ status: 3, stderr: '' });
});
