import { scriptOn } from '../../lab/exec-on.ts';

/** Where an emulated board keeps the command lines that it had: its processes are not this machine's. */
export const COMMAND_LINES = '/var/lib/walk-look.commands';

const PROGRAM = `use strict; use IO::Handle;
my (%seen, $log);
while (1) {
  open $log, '>>', '${COMMAND_LINES}' unless $log and -e '${COMMAND_LINES}';
  my $new = 0;
  for my $file (glob '/proc/[0-9]*/cmdline') {
    open my $in, '<', $file or next;
    my $line = do { local $/; <$in> };
    next unless length $line;
    $line =~ tr/\\0\\n/  /;
    next if $seen{$line};
    my $wrote = syswrite $log, "$line\\n";
    if ($wrote) { $seen{$line} = 1; $new = 1; }
  }
  $log->sync if $new;
  select undef, undef, undef, 0.4;
}
`;

const UNIT = `[Service]
ExecStart=/usr/bin/perl /usr/local/lib/walk-look.pl
Restart=always
[Install]
WantedBy=multi-user.target
`;

/** Has a board write down every command line that it has from now on, through power cuts, too. */
export const lookOn = async (lab: string, node: string): Promise<void> => {
  await scriptOn(
    lab,
    node,
    `cat > /usr/local/lib/walk-look.pl <<'END'
${PROGRAM}END
cat > /etc/systemd/system/walk-look.service <<'END'
${UNIT}END
systemctl daemon-reload
systemctl --quiet enable --now walk-look`,
  );
};

/** Has it forget those of earlier walks. Does nothing on a node that nobody looks at so. */
export const FORGET_LINES = `rm -f ${COMMAND_LINES}; systemctl --quiet try-restart walk-look 2>/dev/null`;
