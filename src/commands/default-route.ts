import type { File } from '../engine/change.ts';

/** The link of the unit below. */
export const DEAD_END = 'edgectl0';

/** The unit that gives a machine without a default route one that leads nowhere. */
export const DEFAULT_ROUTE_UNIT = 'edgectl-default-route.service';

/**
 * k3s finds out addresses by the default route and does not start without one, as its documentation of air gaps says.
 * The link is a bridge without ports: pods need bridges, so every kernel that can run k3s has them; not so dummy links. The
 * address is one of those set aside for examples; the metric is so high that every real route wins.
 */
export const defaultRouteUnit: File = {
  path: `/etc/systemd/system/${DEFAULT_ROUTE_UNIT}`,
  mode: '0644',
  content: [
    `[Unit]
Description=Default route that leads nowhere, for k3s in an air gap, placed by edgectl
After=network.target
Before=k3s.service k3s-agent.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStartPre=-/sbin/ip link delete ${DEAD_END}
ExecStart=/sbin/ip link add ${DEAD_END} type bridge
ExecStart=/sbin/ip address add 203.0.113.254/31 dev ${DEAD_END}
ExecStart=/sbin/ip link set ${DEAD_END} up
ExecStart=/sbin/ip route add default via 203.0.113.255 dev ${DEAD_END} metric 65535
ExecStop=/sbin/ip link delete ${DEAD_END}

[Install]
WantedBy=multi-user.target
`,
  ],
};
