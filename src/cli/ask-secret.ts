import { createInterface } from 'node:readline';

/** Asks on the terminal without showing what is typed. */
const prompt = (question: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    process.stderr.write(`${question}: `);
    const terminal = createInterface({ input: process.stdin, terminal: true, output: undefined as never });
    terminal.once('line', (line) => {
      process.stderr.write('\n');
      terminal.close();
      resolve(line);
    });
    terminal.once('close', () => resolve(undefined));
  });

/** A secret from the environment, else from the terminal, asked at most once; undefined where there is neither. */
export const askSecret = (variable: string, question: string): (() => Promise<string | undefined>) => {
  let answer: Promise<string | undefined> | undefined;
  return () => {
    const given = process.env[variable];
    answer ??=
      given !== undefined
        ? Promise.resolve(given)
        : process.stdin.isTTY
          ? prompt(question)
          : Promise.resolve(undefined);
    return answer;
  };
};
