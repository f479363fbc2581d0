import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '../../engine/event.ts';

/** Where edgectl keeps what it writes on the machine it runs on. */
export interface StateFolders {
  /** This cluster's: `runs/`, `known_hosts`, `kubeconfig`. */
  readonly state: string;
  /** Fetched release files, shared by all clusters. */
  readonly cache: string;
}

/** `$EDGECTL_STATE`, else `/var/lib/edgectl/<cluster>` as root, else `$XDG_STATE_HOME/edgectl/<cluster>`. */
export const stateFolders = (cluster: string, environment: NodeJS.ProcessEnv): StateFolders => {
  const root = process.getuid?.() === 0;
  const home = environment['HOME'] ?? homedir();
  const stateHome = environment['XDG_STATE_HOME'] ?? join(home, '.local/state');
  const cacheHome = environment['XDG_CACHE_HOME'] ?? join(home, '.cache');
  return {
    state:
      environment['EDGECTL_STATE'] ??
      (root ? `/var/lib/edgectl/${cluster}` : join(stateHome, 'edgectl', cluster)),
    cache: root ? '/var/cache/edgectl/blobs' : join(cacheHome, 'edgectl/blobs'),
  };
};

/** Writes one run's journal as it happens. The folder is made with the first event, so dry-run leaves no trace. */
export interface JournalWriter {
  readonly write: (event: Event) => void;
  readonly close: () => void;
}

/** The journal of a run: `runs/<id>.ndjson`, appended synchronously, so that a kill loses at most a torn last line. */
export const journalWriter = (state: string, run: string): JournalWriter => {
  let file: number | undefined;
  return {
    write(event) {
      if (event.type === 'progress') return;
      if (file === undefined) {
        mkdirSync(join(state, 'runs'), { recursive: true, mode: 0o700 });
        file = openSync(join(state, 'runs', `${run}.ndjson`), 'a', 0o600);
      }
      writeSync(file, `${JSON.stringify(event)}\n`);
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
};

/** The ids of the runs that have a journal, oldest first: ids sort by time. */
export const runIds = (state: string): readonly string[] => {
  try {
    return readdirSync(join(state, 'runs'))
      .filter((file) => file.endsWith('.ndjson'))
      .map((file) => file.replace(/\.ndjson$/, ''))
      .sort();
  } catch {
    return [];
  }
};

/** The text of one run's journal; undefined when there is none. */
export const readRun = (state: string, run: string): string | undefined => {
  try {
    return readFileSync(join(state, 'runs', `${run}.ndjson`), 'utf8');
  } catch {
    return undefined;
  }
};
