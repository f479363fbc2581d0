import { DEBS, INSTALLED } from '../commands/apt.ts';
import type { Known } from '../decisions/index.ts';
import { nameIn } from '../domain/topology/names.ts';
import { debsFor, indexOf, packagesFor } from '../domain/topology/packages.ts';
import { definePhase } from '../engine/phase.ts';
import { aptSays, packagesFree } from '../facts/apt.ts';
import type { Cluster, Host } from '../spec/cluster.ts';
import { bytes } from '../support/bytes.ts';
import { Problem } from '../support/problem.ts';

/**
 * Brings to every host the Debian packages of the bundle that it lacks of those that it has to have, with what they need: apt
 * there says which. What apt cannot install is refused here, before anything is changed.
 */
export const bringPackages = definePhase({
  id: 'bring-packages',
  title: 'Bring packages',
  hosts: (cluster: Cluster, known: Known): readonly Host[] =>
    [...cluster.hosts, cluster.control].filter((host) => packagesFor(cluster, known, host).length > 0),
  facts: (cluster: Cluster, host: Host, known: Known) => ({
    apt: aptSays(packagesFor(cluster, known, host), indexOf(debsFor(known, host))),
  }),

  *plan({ cluster, host, known, facts: { apt } }) {
    const wanted = packagesFor(cluster, known, host).join(', ');
    const name = nameIn(known)(host);
    const refuse = (why: string, hint: string) => new Problem('PACKAGES_REFUSED', why, { host: name, hint });
    if (apt === 'absent')
      throw refuse(`has no apt, and needs ${wanted}`, 'use Debian, Ubuntu or Raspberry Pi OS there');
    if (apt.unknown.length > 0)
      throw refuse(
        `needs ${apt.unknown.join(', ')}, which neither it nor the bundle has`,
        'pin it under `debs` and make the bundle again, or install it there',
      );
    if (apt.refuses.length > 0)
      throw refuse(
        `apt cannot install ${wanted}: ${apt.refuses.join('; ')}`,
        'make it whole there with apt, or pin what fits it',
      );
    if (apt.removes.length > 0)
      throw refuse(
        `to install ${wanted} apt would remove ${apt.removes.join(', ')}`,
        'edgectl removes no packages: remove them there, or pin what goes with them',
      );
    const debs = debsFor(known, host);
    const missing = apt.installs.flatMap(
      (one) => debs.find((deb) => deb.name === one.name && deb.version === one.version) ?? [],
    );
    if (missing.length === 0) return;
    const size = bytes(missing.reduce((sum, deb) => sum + deb.size, 0));
    const blobs = missing.map(({ sha256, name: its }) => ({ digest: `sha256:${sha256}`, name: its }));
    yield {
      says: `fetch ${missing.length === 1 ? 'a Debian package' : `${missing.length} Debian packages`}, ${size}`,
      run: { blobs: { blobs, into: DEBS, besides: INSTALLED } },
    };
  },

  until: () => [packagesFree],
});
