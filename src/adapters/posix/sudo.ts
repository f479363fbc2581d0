import { Problem } from '../../support/problem.ts';
import type { Ended, Start } from './program.ts';

/** How a program is started with some privilege: words before its own, and bytes before its stdin. */
export interface Privilege {
  readonly prefix: readonly string[];
  readonly stdin: Buffer;
}

/** The login user's own privilege. */
export const AS_LOGIN: Privilege = { prefix: [], stdin: Buffer.alloc(0) };

/** Who logs in where, and how a sudo password is got when one is needed. */
export interface Login {
  readonly host: string;
  readonly user: string;
  readonly sudoPassword: () => Promise<string | undefined>;
}

const HINT = 'The sudo password comes from EDGECTL_SUDO_PASSWORD or a prompt.';

const refusal = ({ stderr, code }: Ended, { host, user }: Login, tried: boolean): Problem => {
  const text = stderr.toString();
  const problem = (message: string, hint: string) => new Problem('SUDO_REFUSED', message, { host, hint });
  if (code === 127) return problem('sudo is not installed', 'Install sudo, or log in as root.');
  if (/not in the sudoers file|not allowed|may not run/i.test(text))
    return problem(`sudo does not allow ${user} to run commands as root`, `Add ${user} to the group sudo.`);
  if (/must have a tty/.test(text))
    return problem('sudo wants a terminal', `Set "Defaults:${user} !requiretty" in sudoers.`);
  if (!tried) return problem(`sudo asks ${user} for a password, and there is none`, HINT);
  if (/try again|incorrect password|no password was provided/i.test(text))
    return problem(`sudo refused the password of ${user}`, HINT);
  const line = text.split('\n').find((one) => one.startsWith('sudo:')) ?? `sudo: status ${code}`;
  return problem(line.slice(0, 200), HINT);
};

/**
 * Finds out how this login becomes root: not at all as root itself, `sudo -n` when sudo wants no password, else with
 * the password as the first line of every stdin, where `-k` has it always consumed. A wrong password is tried once,
 * alone, so that no other input can ever be taken for a password.
 */
export const becomeRoot = async (start: Start, login: Login): Promise<Privilege> => {
  if (login.user === 'root') return AS_LOGIN;
  const attempt = (words: readonly string[], stdin: Buffer) =>
    start({
      argv: ['env', 'LC_ALL=C', 'sudo', '-k', ...words, 'true'],
      stdin,
      says: 'sudo',
      withinMs: 30_000,
    });

  const free = await attempt(['-n'], AS_LOGIN.stdin);
  if (free.code === 0) return { prefix: ['sudo', '-n', '--'], stdin: AS_LOGIN.stdin };
  if (free.code === 127) throw refusal(free, login, false);
  const password = await login.sudoPassword();
  if (password === undefined) throw refusal(free, login, false);
  const stdin = Buffer.from(`${password}\n`);
  const paid = await attempt(['-S', '-p', ''], stdin);
  if (paid.code !== 0) throw refusal(paid, login, true);
  return { prefix: ['sudo', '-k', '-S', '-p', '', '--'], stdin };
};
