import type { Event } from '../engine/event.ts';
import { lineOf } from './line.ts';
import type { Paint } from './paint.ts';
import type { Out, Reporter } from './reporter.ts';

type Progress = Extract<Event, { readonly type: 'progress' }>;

const quarter = ({ done, total }: Progress): number => (total === 0 ? 4 : Math.floor((4 * done) / total));

/** A line for what happens, as it happens: for logs and pipes. Progress shows at every quarter. */
export const lines = (out: Out, colours: Paint): Reporter => {
  const quarters = new Map<string, number>();
  const isNews = (event: Progress): boolean => {
    const key = `${event.host}\n${event.says}`;
    const now = quarter(event);
    if (now <= (quarters.get(key) ?? 0)) return false;
    quarters.set(key, now);
    return true;
  };
  return {
    tell(event) {
      const line = event.type === 'progress' && !isNews(event) ? undefined : lineOf(event, colours);
      if (line !== undefined) out.write(`${line}\n`);
    },
    end: async () => {},
  };
};
