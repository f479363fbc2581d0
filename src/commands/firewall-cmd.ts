import { asRoot, type Command, script } from '../engine/command.ts';

// What is in force is set last, because it is what is asked for. No reload: it throws away the rules of others, k3s's among them.
const TRUST = `firewall-cmd --quiet --permanent --zone=trusted --add-source="$1" &&
firewall-cmd --quiet --zone=trusted --add-source="$1"`;

const DISTRUST = `firewall-cmd --quiet --permanent --zone=trusted --remove-source="$1"
firewall-cmd --quiet --zone=trusted --remove-source="$1"`;

/** Lets all in that comes from an address or a CIDR, now and after every boot. */
export const trust = (source: string): Command => asRoot(script(TRUST, source));

/** Takes that back. */
export const distrust = (source: string): Command => asRoot(script(DISTRUST, source));
