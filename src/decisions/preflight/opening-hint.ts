import { checkLine } from '../../spec/checks.ts';
import type { Cluster } from '../../spec/cluster.ts';
import type { Found } from './questions.ts';
import type { Place } from './rule.ts';

/** How to let the cluster in through a firewall with a front end. */
export const frontHint = (firewall: 'ufw' | 'firewalld', { k3s: { server } }: Cluster): string => {
  const sources = [
    'the network of the hosts',
    String(server['cluster-cidr'] ?? '10.42.0.0/16'),
    String(server['service-cidr'] ?? '10.43.0.0/16'),
  ].join(', ');
  return firewall === 'ufw'
    ? `run \`sudo ufw allow from NETWORK\` for ${sources}; or \`sudo ufw disable\``
    : `run \`sudo firewall-cmd --permanent --zone=trusted --add-source=NETWORK\` for ${sources}, then \`sudo firewall-cmd --reload\``;
};

/** How to let others in where they were seen not to come in, as far as the machine's own rules say why. */
export const openingHint = ({ firewall, ruleSets }: Found, { cluster }: Place): string => {
  if (firewall !== 'absent' && firewall.name !== 'none') return frontHint(firewall.name, cluster);
  if (ruleSets !== 'absent' && ruleSets.dropsInput) return checkLine('INPUT_POLICY').hint;
  return checkLine('PORT_BLOCKED').hint;
};
