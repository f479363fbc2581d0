import { asRoot, cmd, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** A mode of a Jetson's power budget, `MAXN` or `15W`, and the number by which `nvpmodel -m` knows it. */
export interface PowerMode {
  readonly id: number;
  readonly name: string;
}

/** The power mode that a Jetson runs in. */
export const powerMode: Fact<PowerMode | 'absent'> = {
  name: 'power-mode',
  ask: asRoot(cmd('nvpmodel', '-q')),
  parse: (output) => {
    const [, name, id] = /^NV Power Mode: *(\S+)\s+(\d{1,3})\s*$/m.exec(output) ?? [];
    return name === undefined ? 'absent' : { id: Number(id), name: name.replace(/^MODE_/, '') };
  },
};

const MODES = `sed -n 's/^< *POWER_MODEL  *ID=\\([0-9]*\\)  *NAME=\\([^ >]*\\).*/\\1 \\2/p' /etc/nvpmodel.conf`;

/** The power modes that a Jetson's own table offers. */
export const powerModes: Fact<readonly PowerMode[] | 'absent'> = {
  name: 'power-modes',
  ask: script(MODES),
  parse: (output) => {
    const modes = [...output.matchAll(/^(\d{1,3}) (\S+)$/gm)].map(([, id, name = '']) => ({
      id: Number(id),
      name: name.replace(/^MODE_/, ''),
    }));
    return modes.length > 0 ? modes : 'absent';
  },
};
