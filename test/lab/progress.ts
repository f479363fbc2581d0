/** Says one step on stderr, in the lab's voice: `lab: …`. */
export const say = (line: string) => process.stderr.write(`lab: ${line}\n`);

/** Says a step, and how many seconds it took once it is done. */
export const step = async <T>(line: string, work: () => Promise<T>): Promise<T> => {
  const start = performance.now();
  say(line);
  const result = await work();
  say(`${line}: done in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
};

/** Looks every 50 ms until `look` gives something, at most `seconds`; undefined when it never did. */
export const until = async <T>(
  seconds: number,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> => {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined || performance.now() > end) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
