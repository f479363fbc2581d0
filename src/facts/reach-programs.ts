// Perl, because it is part of every Debian and Ubuntu (perl-base is essential), and its sockets come with it.

/**
 * Listens on an address: the run, the address, then ports such as `6443/tcp`. What comes over TCP is accepted and closed, what
 * comes over UDP and is ours is answered, with its first 64 bytes at most; an answer never is. It ends with its stdin, and after 20 s in any case,
 * so that nothing has to be swept where a cut connection keeps its session alive.
 */
export const LISTEN = `use strict; use Socket;
my ($run, $own, @ports) = @ARGV;
$0 = "edgectl-reach $run";
$| = 1;
alarm 20;
my (%tcp, %udp);
for (@ports) {
  my ($port, $protocol) = split m{/};
  my $stream = $protocol eq "tcp";
  socket(my $socket, PF_INET, $stream ? SOCK_STREAM : SOCK_DGRAM, 0) or next;
  setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1) if $stream;
  if (bind($socket, sockaddr_in($port, inet_aton($own))) and !$stream || listen($socket, 128)) {
    ($stream ? \\%tcp : \\%udp)->{fileno $socket} = $socket;
    print "listens $_\\n";
  }
}
print "ready\\n";
my $all = "";
vec($all, $_, 1) = 1 for fileno STDIN, keys %tcp, keys %udp;
for (;;) {
  select(my $now = $all, undef, undef, undef) > 0 or next;
  last if vec($now, fileno STDIN, 1) and !sysread(STDIN, my $said, 64);
  for (grep { vec($now, $_, 1) } keys %tcp) { accept(my $caller, $tcp{$_}) }
  for (grep { vec($now, $_, 1) } keys %udp) {
    my $from = recv($udp{$_}, my $packet, 64, 0);
    send($udp{$_}, $packet, 0, $from) if $from and $packet =~ s/^edgectl /answer /;
  }
}
print "ended\\n";
`;

/**
 * Dials others, all at once: the run, then targets such as `10.20.0.12,6443/tcp,8472/udp`. Over UDP it sends 20 small packets
 * and counts what comes back; then one as large as its link takes, and those of `sizes` where that is lost, none of which may be
 * cut into pieces. A tick is 5 ms; what has said nothing after 250 of them over UDP, or 600 over TCP, is silent.
 */
export const dial = (sizes: readonly number[]): string => `use strict; use Socket; use Errno; use Fcntl;
my ($run, @targets) = @ARGV;
my ($MTU_DISCOVER, $PROBE, $MTU, $PACKETS, $LAST) = (10, 3, 14, 20, 600);
$0 = "edgectl-reach $run";
$| = 1;
alarm 20;
my (%tcp, %udp);
sub verdict { $!{ECONNREFUSED} ? "refused" : "unreachable" }
sub report { print join(" ", "reach", @_), "\\n" }
sub packet {
  my ($line, $mark, $size) = @_;
  my $text = "edgectl $run $mark ";
  my $room = $size - 28 - length $text;
  # What was refused is said by whichever call comes next.
  defined send($line->{socket}, $text . "." x ($room > 0 ? $room : 0), 0) or $line->{refused} ||= $!{ECONNREFUSED};
}
for my $target (@targets) {
  my ($address, @ports) = split /,/, $target;
  for (@ports) {
    my ($port, $protocol) = split m{/};
    my $stream = $protocol eq "tcp";
    socket(my $socket, PF_INET, $stream ? SOCK_STREAM : SOCK_DGRAM, 0) or next;
    my $line = { name => "$address $_", socket => $socket, back => {}, large => {} };
    fcntl($socket, F_SETFL, O_NONBLOCK);
    if (!connect($socket, sockaddr_in($port, inet_aton($address))) and !$!{EINPROGRESS}) {
      report($line->{name}, verdict());
    } elsif ($stream) {
      $tcp{fileno $socket} = $line;
    } else {
      setsockopt($socket, 0, $MTU_DISCOVER, pack("i", $PROBE));
      $line->{mtu} = unpack("i", getsockopt($socket, 0, $MTU));
      $udp{fileno $socket} = $line;
    }
  }
}
for (my $tick = 0; (%tcp or %udp) and $tick < $LAST; $tick++) {
  select(undef, undef, undef, 0.005);
  for my $line (values %udp) {
    my $mtu = $line->{mtu};
    packet($line, "n$tick", 0) if $tick < $PACKETS or $tick % 100 == 0 && !%{$line->{back}};
    next if $line->{large}{$mtu};
    packet($line, "l$mtu", $mtu) if $tick >= 20 and $tick <= 80 and $tick % 20 == 0;
    $_ < $mtu and packet($line, "l$_", $_)
      for $tick == 60 || $tick == 80 ? (${sizes.join(', ')}) : ();
  }
  my $out = "";
  vec($out, $_, 1) = 1 for keys %tcp;
  select(undef, $out, undef, 0);
  for (grep { vec($out, $_, 1) } keys %tcp) {
    my $line = delete $tcp{$_};
    $! = unpack("i", getsockopt($line->{socket}, SOL_SOCKET, SO_ERROR));
    report($line->{name}, $! == 0 ? "open" : verdict());
  }
  for (keys %udp) {
    my $line = $udp{$_};
    while (defined recv($line->{socket}, my $text, 64, 0)) {
      $line->{$1 eq "n" ? "back" : "large"}{$2} = 1 if $text =~ /^answer \\Q$run\\E ([nl])(\\d+) /;
    }
    $line->{refused} ||= $!{ECONNREFUSED};
    my $back = grep { $_ < $PACKETS } keys %{$line->{back}};
    my ($largest) = sort { $b <=> $a } keys %{$line->{large}}, 0;
    if ($line->{refused}) {
      report($line->{name}, "refused");
    } elsif ($back == $PACKETS && $largest == $line->{mtu} or $tick >= 150 && %{$line->{back}}) {
      report($line->{name}, "open", $PACKETS, $back, $line->{mtu}, $largest);
    } elsif ($tick >= 250 && !%{$line->{back}}) {
      report($line->{name}, "silent");
    } else {
      next;
    }
    delete $udp{$_};
  }
}
report($_->{name}, "silent") for values %tcp, values %udp;
print "dialled\\n";
`;
