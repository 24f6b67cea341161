import { startControlPlane } from '../../src/app/control-plane.ts';
import { loadConfig } from '../../src/config/load-config.ts';

/** Forked: serves a data folder and moves no runs, until its parent says that it is enough. */
const [dataDir = ''] = process.argv.slice(2);
const env = { ...process.env, RUNYARD_SERVER_REQUESTS_PER_MINUTE: '1000000' };
const { config } = await loadConfig({ env, cwd: dataDir, flags: { dataDir, port: 0 } });
const plane = await startControlPlane({
  config,
  env,
  onLog: (line) => line.startsWith('error') && console.error(line),
  drive: false,
});
process.send?.({ url: plane.url, token: plane.token });
process.once('message', () => {
  void plane.stop().then(() => process.disconnect?.());
});
