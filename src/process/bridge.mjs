// First process inside a sandbox without network: lets 127.0.0.1:<port> lead to unix sockets of the host, then runs the real command.
// Plain JavaScript with two built-in modules, so that it starts as fast as Node does.
// usage: node bridge.mjs <port>=<socket>[,<port>=<socket>…] <command> [<arg>…]
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

const [table, command, ...args] = process.argv.slice(2);

await Promise.all(table.split(',').map((entry) => listen(...entry.split('='))));
run();

function listen(port, socketPath) {
  // Half-open: a client that has sent everything may still wait for its answer.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const host = connect({ path: socketPath, allowHalfOpen: true });
    client.pipe(host).pipe(client);
    client.on('error', () => host.destroy());
    host.on('error', () => client.destroy());
    client.on('close', () => host.destroy());
    host.on('close', () => client.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port), '127.0.0.1', resolve);
  });
}

function run() {
  // The host signals every process in here; this one stays until the command has ended, to pass its exit on.
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => {});
  const child = spawn(command, args, { stdio: 'inherit' });
  child.once('error', (error) => {
    process.stderr.write(`bridge: ${error.message}\n`);
    process.exit(error.code === 'ENOENT' ? 127 : 126);
  });
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
