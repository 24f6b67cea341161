import { describe, expect, it } from 'vitest';
import { environmentOfCheck } from './check-environment.ts';
import { plainScripts, scriptSettingsOf } from './script-settings.ts';

describe('V2: what runs the scripts of checks', () => {
  it('is npm’s own where the base commit says nothing', () => {
    expect(scriptSettingsOf(null)).toEqual(plainScripts);
    expect(scriptSettingsOf('save-exact=true\n# script-shell=x\n;node-options=y\nscript-shell=\n')).toEqual(
      plainScripts,
    );
    const environment = environmentOfCheck({}, { home: '/h', path: '/bin' });
    expect(environment).toMatchObject({ npm_config_script_shell: '/bin/sh', npm_config_node_options: ' ' });
  });

  it('is what the base commit says', () => {
    const scripts = scriptSettingsOf('script-shell = bash\r\nnode_options="--experimental-vm-modules"\n');
    expect(scripts).toEqual({ scriptShell: 'bash', nodeOptions: '--experimental-vm-modules' });
    expect(environmentOfCheck({}, { home: '/h', path: '/bin', scripts })).toMatchObject({
      npm_config_script_shell: 'bash',
      npm_config_node_options: '--experimental-vm-modules',
    });
  });
});
