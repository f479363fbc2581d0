import type { Condition } from '../engine/phase.ts';

// A first start unpacks the binary and makes all certificates; that takes minutes on a slow board.
const ANSWERS_WITHIN = 600;

const pong = (output: string) => (output.trim() === 'pong' ? 'ok' : 'not yet');

/** k3s's supervisor on this host answers, so that others can join through it. */
export const supervisorAnswers: Condition = {
  says: 'k3s answers on port 6443',
  ask: { http: 'https://127.0.0.1:6443/ping' },
  every: 0.2,
  within: ANSWERS_WITHIN,
  judge: pong,
};

/** The supervisor of whichever master has an address answers on it, as this host reaches it. */
export const addressAnswers = (address: string, hint: string): Condition => ({
  says: `k3s answers on ${address}`,
  ask: { http: `https://${address}:6443/ping` },
  every: 0.5,
  within: ANSWERS_WITHIN,
  judge: pong,
  hint,
});

/** Some master's supervisor answers, so that nodes can join. */
export const someServerAnswers: Condition = {
  says: 'a server answers',
  ask: { kube: '/ping' },
  every: 0.5,
  within: ANSWERS_WITHIN,
  judge: pong,
};
