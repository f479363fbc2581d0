import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

// $1 is the device, $2 the address. Three requests within a second, without a sender, as a machine asks before it takes an
// address for itself (RFC 5227): nobody's table changes by them, and one that answers no ping answers them all the same. Perl, because
// arping is hardly ever there, and perl-base always is.
const ASK_ALL = `use strict; use Socket;
my ($device, $target) = @ARGV;
sub known { open(my $file, "<", "/sys/class/net/$device/$_[0]") or exit; my $line = <$file>; chomp $line; $line }
my $protocol = 0x0806;
socket(my $socket, 17, SOCK_DGRAM, unpack("S", pack("n", $protocol))) or exit;
my $all = pack("S n i S C C a8", 17, $protocol, known("ifindex"), 1, 0, 6, "\\xff" x 6);
bind($socket, $all) or exit;
(my $mac = known("address")) =~ tr/://d;
my $request = pack("n n C C n H12 a4 a6 a4", 1, 0x0800, 6, 4, 1, $mac, "", "", inet_aton($target));
for (1 .. 3) {
  send($socket, $request, 0, $all) or exit;
  for (1 .. 7) {
    vec(my $ready = "", fileno $socket, 1) = 1;
    select($ready, undef, undef, 0.05) > 0 or next;
    recv($socket, my $answer, 64, 0);
    my (undef, undef, undef, undef, $what, $owner, $sender) = unpack("n n C C n H12 a4", $answer);
    next unless defined $sender and $what == 2 and $sender eq inet_aton($target);
    print "taken ", join(":", unpack("(A2)*", $owner)), "\\n";
    exit;
  }
}
print "free\\n";
`;

const ASK = `ip -4 -o address show | grep -qF " $1/" && { echo own; exit; }
device=$(ip -4 route get "$1" 2>/dev/null | sed -n '1{/ via /d; s/.* dev \\([^ ]*\\).*/\\1/p;}')
[ -z "$device" ] || perl -e '${ASK_ALL}' "$device" "$1"`;

/** Who answers on an address of the segment: a hardware address, `own` for this machine, `free` for nobody. */
export const neighbour = (address: string): Fact<string> => ({
  name: 'neighbour',
  ask: asRoot(script(ASK, address)),
  parse: (output) => {
    if (/^own$/m.test(output)) return 'own';
    const owner = /^taken ([\da-f]{2}(?::[\da-f]{2}){5})$/m.exec(output)?.[1];
    return owner ?? (/^free$/m.test(output) ? 'free' : 'absent');
  },
});
