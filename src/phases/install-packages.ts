import { DEBS, installPackages as install } from '../commands/apt.ts';
import { removeFolders } from '../commands/rm.ts';
import type { Known } from '../decisions/index.ts';
import { debsFor, indexOf, packagesFor } from '../domain/topology/packages.ts';
import { definePhase } from '../engine/phase.ts';
import { aptSays } from '../facts/apt.ts';
import { pathState } from '../facts/path.ts';
import type { Cluster, Host } from '../spec/cluster.ts';

/**
 * Has apt install what `bring-packages` brought, offline and with its own resolver. It goes forward only: what a run that was
 * killed left half installed is finished by the next one.
 */
export const installPackages = definePhase({
  id: 'install-packages',
  title: 'Install packages',
  hosts: (cluster: Cluster, known: Known): readonly Host[] =>
    [...cluster.hosts, cluster.control].filter((host) => packagesFor(cluster, known, host).length > 0),
  facts: (cluster: Cluster, host: Host, known: Known) => ({
    apt: aptSays(packagesFor(cluster, known, host), indexOf(debsFor(known, host))),
    left: pathState(DEBS),
  }),

  *plan({ cluster, host, known, facts: { apt, left } }) {
    if (apt === 'absent') return;
    const { installs, configures } = apt;
    const work = installs.length > 0 || configures.length > 0;
    if (work) {
      const coming = debsFor(known, host).filter((deb) =>
        installs.some(({ name, version }) => name === deb.name && version === deb.version),
      );
      const named = installs.map(({ name, version }) => `${name} ${version}`).join(', ');
      yield {
        says: installs.length > 0 ? `install ${named}` : `finish installing ${configures.join(', ')}`,
        run: { command: install(packagesFor(cluster, known, host), indexOf(coming)) },
      };
    }
    if (work || left === 'exists')
      yield { says: 'remove what the packages came as', run: { command: removeFolders([DEBS], []) } };
  },
});
