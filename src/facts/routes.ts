import { cmd } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** A network that the machine reaches, `10.20.0.0/24`, and by which link. */
export interface Route {
  readonly to: string;
  readonly device: string;
}

/** The machine's IPv4 routes, the default route left out. `absent` where it has none. */
export const routes: Fact<readonly Route[] | 'absent'> = {
  name: 'routes',
  ask: cmd('ip', '-4', '-o', 'route', 'show'),
  parse: (output) => {
    const found = [...output.matchAll(/^(\d+(?:\.\d+){3}(?:\/\d{1,2})?)\b.*?\bdev (\S+)/gm)].map(
      ([, to = '', device = '']) => ({ to: to.includes('/') ? to : `${to}/32`, device }),
    );
    return found.length > 0 ? found : 'absent';
  },
};
