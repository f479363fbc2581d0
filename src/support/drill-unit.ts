/** The timer and the service, of a host's own, that put its network back after a drill. */
export const DRILL_UNIT = 'edgectl-drill';
