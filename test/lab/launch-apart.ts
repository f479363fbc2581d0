import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Starts a TypeScript file as a process of its own, which outlives this one; what it says goes into the log file. */
export const launchApart = (script: string, parts: readonly string[], logFile = '/dev/null'): void => {
  const log = openSync(logFile, 'a');
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const child = spawn(process.execPath, ['--import', tsx, script, ...parts], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
  });
  child.unref();
  closeSync(log);
};
