import type { File } from '../engine/change.ts';
import { asRoot, type Command, cmd } from '../engine/command.ts';

/** Where edgectl's kernel settings lie. A file of a person, by habit `99-…`, goes after it and wins. */
export const SETTINGS = '/etc/sysctl.d/90-edgectl.conf';

/** The file with these settings, in their order. */
export const settingsFile = (settings: readonly (readonly [key: string, value: number])[]): File => ({
  path: SETTINGS,
  mode: '0644',
  content: [settings.map(([key, value]) => `${key} = ${value}\n`).join('')],
});

/** Puts the file's settings in force now. */
export const applySettings: Command = asRoot(cmd('sysctl', '-q', '-p', SETTINGS));
