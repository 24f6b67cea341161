/** What of an .npmrc decides by itself how every script ends: the shell that reads it, and options of every Node it starts. */
export interface ScriptSettings {
  readonly scriptShell: string;
  readonly nodeOptions: string;
}

/** npm takes an empty variable for none and would ask its files; a blank is a value that says nothing. */
export const plainScripts: ScriptSettings = { scriptShell: '/bin/sh', nodeOptions: ' ' };

/** As the base commit's .npmrc has them: a change cannot choose what its own scripts are run by. */
export function scriptSettingsOf(npmrc: string | null): ScriptSettings {
  const settings = new Map<string, string>();
  for (const line of (npmrc ?? '').split('\n')) {
    const at = line.indexOf('=');
    if (at < 0 || /^\s*[#;]/.test(line)) continue;
    const name = line.slice(0, at).trim().toLowerCase().replaceAll('_', '-');
    const value = line.slice(at + 1).trim();
    settings.set(name, value.replace(/^(["'])(.*)\1$/, '$2').trim());
  }
  const { scriptShell, nodeOptions } = plainScripts;
  return {
    scriptShell: settings.get('script-shell') || scriptShell,
    nodeOptions: settings.get('node-options') || nodeOptions,
  };
}
