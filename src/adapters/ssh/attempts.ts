import { join } from 'node:path';
import type { AnyAuthMethod } from 'ssh2';
import { agentAt } from './agent-keys.ts';
import { readPublicKey } from './key-file.ts';
import type { Hop } from './route.ts';
import type { Session } from './session.ts';

/** One try to log in. `prepare` answers nothing when it turns out to be impossible; `skipped` says why. */
export interface Attempt {
  readonly method: 'publickey' | 'password' | 'keyboard-interactive';
  readonly says: string;
  readonly prepare: (skipped: (why: string) => void) => Promise<AnyAuthMethod | undefined>;
}

const USUAL = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

const keyAttempt = (session: Session, user: string, path: string, given: boolean): Attempt => ({
  method: 'publickey',
  says: `key ${path}`,
  async prepare(skipped) {
    const file = await session.keyFile(path);
    if ('key' in file) return { type: 'publickey', username: user, key: file.key };
    // Without a passphrase the agent may still hold the key.
    if (given && !(file.why === 'locked' && session.options.agent)) throw file.unusable;
    if (given || file.why !== 'missing') skipped(file.unusable.message);
    return undefined;
  },
});

const agentAttempt = (session: Session, socket: string, hop: Hop): Attempt => ({
  method: 'publickey',
  says: 'the SSH agent',
  async prepare() {
    const { user, keyFiles, keyIsGiven, identitiesOnly } = hop;
    const [given = ''] = keyFiles;
    if (keyIsGiven && 'key' in (await session.keyFile(given))) return undefined;
    const only = identitiesOnly || keyIsGiven ? keyFiles : undefined;
    const blobs = only && (await Promise.all(only.map(readPublicKey))).filter((blob) => blob !== undefined);
    return { type: 'agent', username: user, agent: agentAt(socket, blobs) };
  },
});

const passwordAttempts = (session: Session, user: string): readonly Attempt[] => [
  {
    method: 'password',
    says: 'password',
    async prepare() {
      const password = await session.password();
      return password === undefined ? undefined : { type: 'password', username: user, password };
    },
  },
  {
    method: 'keyboard-interactive',
    says: 'password (keyboard-interactive)',
    async prepare() {
      const password = await session.password();
      if (password === undefined) return undefined;
      return {
        type: 'keyboard-interactive',
        username: user,
        // One hidden question is the password; anything else is for a person.
        prompt: (_name, _instructions, _language, prompts, finish) =>
          finish(prompts.length === 1 && prompts[0]?.echo === false ? [password] : prompts.map(() => '')),
      };
    },
  },
];

/**
 * The tries to log in to a hop, in order. A key that cluster.yaml names is the only one; without it come the keys
 * of ssh config, the agent and the usual files. Passwords come last, where the host asks for one.
 */
export const attemptsFor = (hop: Hop, session: Session): readonly Attempt[] => {
  const { user, keyFiles, keyIsGiven } = hop;
  const { agent, home } = session.options;
  const agents = agent ? [agentAttempt(session, agent, hop)] : [];
  const named = keyFiles.map((path) => keyAttempt(session, user, path, keyIsGiven));
  const usual =
    keyFiles.length > 0
      ? []
      : USUAL.map((name) => keyAttempt(session, user, join(home, '.ssh', name), false));
  return [...named, ...agents, ...usual, ...passwordAttempts(session, user)];
};
