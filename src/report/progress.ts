import { bytes } from '../support/bytes.ts';
import { duration } from '../support/duration.ts';

/** How far a long step is. `done` and `total` are bytes, `rate` bytes a second, `left` seconds. */
export interface ProgressEvent {
  readonly type: 'progress';
  readonly step: string;
  readonly done: number;
  readonly total: number;
  readonly rate: number;
  readonly left: number;
}

/** Whether it is time to tell: when another of `steps` equal shares is done, when it has been silent for long, and at the end. */
const timeToTell = (steps: number, longMs: number) => {
  let told = 0;
  let at = 0;
  return (done: number, total: number, ms: number): boolean => {
    const share = total === 0 ? steps : Math.floor((steps * done) / total);
    if (share <= told && (told === steps || ms - at < longMs)) return false;
    told = share;
    at = ms;
    return true;
  };
};

/**
 * How far a long step is, with rate and time left; undefined where that is no news: it is told at every tenth, and when it
 * has been silent for long. `ms` is the time since its start.
 */
export const progressText = (
  says: string,
): ((done: number, total: number, ms: number) => string | undefined) => {
  const isTime = timeToTell(10, 15_000);
  return (done, total, ms) => {
    if (!isTime(done, total, ms)) return undefined;
    const rate = done / Math.max(ms, 1);
    const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
    const left = done === total ? '' : `, ${duration((total - done) / rate)} left`;
    return `${says}: ${percent} % of ${bytes(total)}, ${bytes(rate * 1000)}/s${left}`;
  };
};

/** The same for programs, at every hundredth. */
export const progressOf = (
  step: string,
): ((done: number, total: number, ms: number) => ProgressEvent | undefined) => {
  const isTime = timeToTell(100, 5_000);
  return (done, total, ms) => {
    if (!isTime(done, total, ms)) return undefined;
    const rate = (done / Math.max(ms, 1)) * 1000;
    const left = done === 0 ? 0 : Math.round(((total - done) / rate) * 10) / 10;
    return { type: 'progress', step, done, total, rate: Math.round(rate), left };
  };
};
