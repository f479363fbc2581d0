import type { Ask, PairProbe, Question } from '../../../src/engine/fact.ts';
import { dataDisk } from '../../../src/facts/data-disk.ts';
import { disks } from '../../../src/facts/disks.ts';
import { firewall } from '../../../src/facts/firewall.ts';
import { fsync } from '../../../src/facts/fsync.ts';
import { heat } from '../../../src/facts/heat.ts';
import { kernelNetwork } from '../../../src/facts/kernel-network.ts';
import { l4t } from '../../../src/facts/l4t.ts';
import { links } from '../../../src/facts/links.ts';
import { listeners } from '../../../src/facts/listeners.ts';
import { modulesTried } from '../../../src/facts/modprobe.ts';
import { neighbour } from '../../../src/facts/neighbour.ts';
import { nvidiaCards } from '../../../src/facts/nvidia-cards.ts';
import { osRelease } from '../../../src/facts/os-release.ts';
import { overlay } from '../../../src/facts/overlay.ts';
import { ownPlaces } from '../../../src/facts/own-places.ts';
import { powerMode, powerModes } from '../../../src/facts/power-mode.ts';
import { reach } from '../../../src/facts/reach.ts';
import { routes } from '../../../src/facts/routes.ts';
import { ruleSets } from '../../../src/facts/rule-sets.ts';
import { sshHostKeys } from '../../../src/facts/ssh-host-keys.ts';
import { system } from '../../../src/facts/system.ts';
import { tenants } from '../../../src/facts/tenants.ts';
import { timekeeping } from '../../../src/facts/timekeeping.ts';

/** Questions to which a machine of the model says nothing: each is then of a typed "absent", and what is not known passes. */
export const UNANSWERED: readonly (Question | PairProbe<unknown>)[] = [
  dataDisk,
  disks,
  firewall,
  fsync,
  heat,
  kernelNetwork,
  l4t,
  links,
  listeners,
  modulesTried(''),
  neighbour('0.0.0.0'),
  nvidiaCards,
  osRelease,
  overlay,
  ownPlaces,
  powerMode,
  powerModes,
  reach({ own: '', ports: [], others: [] }),
  routes,
  ruleSets,
  sshHostKeys,
  system,
  tenants,
  timekeeping,
];

/** Phases of `init` that the model gives nothing to do, so that no walk says anything of them. */
export const IDLE_PHASES = {
  'bring-packages': 'every machine has what it has to have',
  'install-packages': 'every machine has what it has to have',
  'keep-vip': 'no site has a VIP',
  'close-drill': 'no site has a VIP, so nobody drills',
  'offer-accelerators': 'no machine has a GPU',
  'prove-accelerators': 'no machine has a GPU',
  'refuse-stolen': 'nobody steals a board',
  'open-firewall': 'no machine has a firewall',
} as const;

/** What a question is known by: the text of its script, else its words. */
export const keyOf = (argv: readonly string[]): string => {
  if (argv[0] === 'sh' && argv[1] === '-c') return argv[2] ?? '';
  return argv[0] === 'perl' ? 'perl' : argv.join(' ');
};

const asksOf = (question: Question | PairProbe<unknown>): readonly Ask[] => {
  if ('listen' in question) return [question.ask('')];
  return 'sweep' in question ? [question.sweep, question.ask('')] : [question.ask];
};

/** The same by what they are known by. */
export const UNANSWERED_KEYS: ReadonlySet<string> = new Set(
  UNANSWERED.flatMap(asksOf).flatMap((ask) => ('parts' in ask ? [keyOf(ask.parts)] : [])),
);
