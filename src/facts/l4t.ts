import { cmd } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** A release of Linux for Tegra: R36.4.3 is `release` 36, `revision` 4.3. */
export interface L4t {
  readonly release: number;
  readonly revision: string;
}

/** The release of Linux for Tegra that NVIDIA's image wrote down; absent on every other board. */
export const l4t: Fact<L4t | 'absent'> = {
  name: 'l4t',
  ask: cmd('sed', '-n', '1p', '/etc/nv_tegra_release'),
  parse: (output) => {
    const [, release, revision = ''] = /^# R(\d{1,4}) \(release\), REVISION: ([\d.]+)/m.exec(output) ?? [];
    return release === undefined ? 'absent' : { release: Number(release), revision };
  },
};
