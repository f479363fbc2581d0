import type { AuthHandlerMiddleware } from 'ssh2';
import type { Attempt } from './attempts.ts';

/** What happened while logging in, for the message when it failed. */
export interface Course {
  readonly tried: string[];
  readonly skipped: string[];
  /** Methods that the host accepts, once it said so. */
  offered: readonly string[];
  /** What made going on useless. */
  failure?: unknown;
}

/**
 * Goes through the attempts, as ssh2 asks for one after another. `thinking` is told when a secret is waited for, so
 * that a person at a prompt is not a slow host.
 */
export const authHandler = (
  user: string,
  attempts: readonly Attempt[],
  course: Course,
  thinking: (now: boolean) => void,
): AuthHandlerMiddleware => {
  const left = [...attempts];
  let asked = false;
  const next = async (methods: readonly string[] | null) => {
    if (methods) course.offered = methods;
    for (let attempt = left.shift(); attempt; attempt = left.shift()) {
      // Only a refusal tells what a host accepts; no secret is asked for before that.
      if (!asked && attempt.method !== 'publickey') {
        left.unshift(attempt);
        asked = true;
        return { type: 'none', username: user } as const;
      }
      if (methods && !methods.includes(attempt.method)) continue;
      const method = await attempt.prepare((why) => course.skipped.push(why));
      if (!method) continue;
      asked = true;
      course.tried.push(attempt.says);
      return method;
    }
    return undefined;
  };
  return (methods, _partial, answer) => {
    thinking(true);
    next(methods)
      .catch((error: unknown) => {
        course.failure = error;
        return undefined;
      })
      .then((method) => {
        thinking(false);
        // ssh2's types leave out `false`: there is nothing more to try.
        (answer as (method: unknown) => void)(method ?? false);
      })
      // A connection that ended meanwhile has its own error event.
      .catch(() => {});
  };
};
