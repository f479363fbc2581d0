import type { File } from '../engine/change.ts';

/** Makes systemd-timesyncd ask this server first. */
export const timesyncdSource = (server: string): File => ({
  path: '/etc/systemd/timesyncd.conf.d/edgectl.conf',
  mode: '0644',
  content: [`[Time]\nNTP=${server}\n`],
});

/** Makes chrony serve these machines and no others, also while it has no better clock than its own. */
export const chronyServer = (clients: readonly string[]): File => ({
  path: '/etc/chrony/conf.d/edgectl.conf',
  mode: '0644',
  content: [`local stratum 10\n${clients.map((client) => `allow ${client}\n`).join('')}`],
});
