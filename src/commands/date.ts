import { asRoot, type Command, now, script } from '../engine/command.ts';

// What survives the power: the battery clock, which some boards have in name only, and the file from which
// systemd-timesyncd takes the time before any network is up.
const SET = `read -r now && date -u -s "@$now" > /dev/null || exit
[ ! -e /dev/rtc0 ] || hwclock --systohc --utc || echo 'the battery clock cannot be set' >&2
saved=/var/lib/systemd/timesync/clock
[ ! -e "$saved" ] || touch "$saved"`;

/** Sets the clock to the control node's time, and keeps it over a loss of power as well as the board can. */
export const setClock: Command = { ...asRoot(script(SET)), stdin: [now, '\n'] };
