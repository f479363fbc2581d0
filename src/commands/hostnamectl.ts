import { asRoot, type Command, script } from '../engine/command.ts';

// In a container /etc/hostname is a mount: nothing can be renamed over it, but it can be written.
const SET = `hostnamectl set-hostname "$1" 2>/dev/null && exit
printf '%s\\n' "$1" > /etc/hostname && hostname "$1"`;

/** Sets the hostname, now and for every boot. */
export const setHostname = (name: string): Command => asRoot(script(SET, name));
