import { expect, test } from 'vitest';
import { readPlaybook } from '../../../src/spec/playbook.ts';
import { isProblems, PROBLEMS } from '../../../src/support/problem.ts';

const INIT = `about: Turns machines into a cluster.
steps:
  - phase: connect
  # Before any key is made.
  - phase: set-clock
  - decide: elect-masters
  - { phase: verify-cluster, barrier: true }
  - { phase: write-kubeconfig, barrier: false }
`;

const faults = (text: string) => {
  const read = readPlaybook(text, 'playbooks/init.yaml');
  return isProblems(read)
    ? read.problems.map(({ code, message }) => `${PROBLEMS[code].exit} ${message}`)
    : [];
};

test('a playbook is its steps in order, under the name of its file', () => {
  expect(readPlaybook(INIT, '/usr/lib/edgectl/playbooks/host-add.yaml')).toEqual({
    id: 'host-add',
    steps: [
      { phase: 'connect', barrier: false },
      { phase: 'set-clock', barrier: false },
      { decide: 'elect-masters' },
      { phase: 'verify-cluster', barrier: true },
      { phase: 'write-kubeconfig', barrier: false },
    ],
  });
});

test('every fault is said at once, and is ours', () => {
  expect(
    faults(`abuot: x
steps:
  - phase: connect
  - { phase: Set Clock }
  - { phase: a, decide: b }
  - { decide: elect-masters, barrier: true }
  - phase: connect
  - barrier: true
  - connect
  - { phase: verify, bariere: yes }
`),
  ).toEqual([
    '1 playbooks/init.yaml:1:1 missing key "about" in the file',
    '1 playbooks/init.yaml:1:1 unknown key "abuot" in the file; did you mean "about"?',
    '1 playbooks/init.yaml:4:14 "phase" wants an id such as start-k3s-server, got "Set Clock"',
    '1 playbooks/init.yaml:5:5 a step wants one of "decide" and "phase"',
    '1 playbooks/init.yaml:6:30 every decision is a barrier; take the key away',
    '1 playbooks/init.yaml:7:12 "connect" stands twice',
    '1 playbooks/init.yaml:8:5 a step wants one of "decide" and "phase"',
    '1 playbooks/init.yaml:9:5 a step wants a mapping, got "connect"',
    '1 playbooks/init.yaml:10:22 unknown key "bariere" in a step; did you mean "barrier"?',
  ]);
});

test.each([
  ['', ['1 playbooks/init.yaml:1:1 the file wants a mapping, got nothing']],
  [
    'about: x\nsteps: []\n',
    ['1 playbooks/init.yaml:2:8 "steps" wants a list of at least one step, got a list'],
  ],
  ['about: " "\nsteps: [ { phase: a } ]\n', ['1 playbooks/init.yaml:1:8 "about" wants a sentence, got " "']],
  ['about: x\nsteps: [ { phase: a }\n', ['1 playbooks/init.yaml:3:1 a "]" is missing before this']],
])('%j', (text, messages) => {
  expect(faults(text)).toEqual(messages);
});
