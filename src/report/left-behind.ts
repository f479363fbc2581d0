/** What `reset` leaves on the hosts, a sentence each, for people who ask why. */
export const LEFT_BEHIND: readonly string[] = [
  'Hostnames and /etc/hosts keep the names of the nodes.',
  'Time settings stay: clocks that run right harm nobody.',
  'ufw and firewalld stay open to the other hosts and the pods: `ufw status numbered` and `firewall-cmd --zone=trusted --list-sources` show it.',
  'Swap that was switched off on servers stays off; its unit is only disabled.',
  'Debian packages that were installed stay, keepalived for instance.',
  'The snapshots of a single server stay on the control node, in /var/lib/edgectl, with the token that they need.',
  'Kernel modules and settings stay in force until the next boot; their files are gone.',
  'Pod logs stay in /var/log/pods and /var/log/containers, and the system journal keeps what k3s wrote.',
  'The journals of edgectl stay, where edgectl ran.',
];
