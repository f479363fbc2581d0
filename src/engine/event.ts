import type { ProblemCode } from '../support/problem.ts';

/** A problem as data, fit for a journal: no stack, no secret. */
export interface ProblemData {
  readonly code: ProblemCode;
  readonly message: string;
  readonly host?: string;
  readonly hint?: string;
}

/** Where in the run something happens. `host` is the node's name. */
interface Place {
  readonly phase: string;
  readonly host: string;
}

/** What happens, without its time. */
export type Happening =
  | {
      readonly type: 'run-started';
      readonly run: string;
      readonly verb: string;
      readonly cluster: string;
      readonly operator: string;
      readonly version: string;
    }
  | { readonly type: 'host-connected'; readonly host: string; readonly ms: number }
  | { readonly type: 'warning'; readonly problem: ProblemData }
  | {
      readonly type: 'decided';
      readonly decision: string;
      readonly title: string;
      readonly lines: readonly string[];
    }
  | {
      readonly type: 'planned';
      readonly digest: string;
      readonly changes: number;
      readonly phases: readonly {
        readonly phase: string;
        readonly title: string;
        readonly hosts: readonly { readonly host: string; readonly changes: readonly string[] }[];
      }[];
    }
  | { readonly type: 'lock-taken'; readonly host: string; readonly over?: string }
  | ({ readonly type: 'phase-started'; readonly title: string } & Place)
  | ({ readonly type: 'change-started'; readonly says: string } & Place)
  | ({ readonly type: 'change-done'; readonly says: string; readonly ms: number } & Place)
  | ({ readonly type: 'change-failed'; readonly says: string; readonly problem: ProblemData } & Place)
  | ({ readonly type: 'change-undone'; readonly says: string } & Place)
  | ({
      readonly type: 'progress';
      readonly says: string;
      readonly done: number;
      readonly total: number;
    } & Place)
  | { readonly type: 'link-opened'; readonly host: string; readonly to: string; readonly cipher: string }
  | ({ readonly type: 'wait-started'; readonly says: string } & Place)
  | ({
      readonly type: 'wait-done';
      readonly says: string;
      readonly ms: number;
      readonly skipped: boolean;
    } & Place)
  | {
      readonly type: 'measured';
      readonly host: string;
      readonly says: string;
      readonly figures: Readonly<Record<string, number>>;
    }
  | ({ readonly type: 'phase-done'; readonly changes: number } & Place)
  | { readonly type: 'host-failed'; readonly host: string; readonly problem: ProblemData }
  | {
      readonly type: 'run-finished';
      readonly ok: boolean;
      readonly changes: number;
      readonly failed: number;
      readonly ms: number;
    };

/** What happens, at an ISO 8601 time. `runs/<id>.ndjson` is these, a line each; `progress` is shown, not kept. */
export type Event = { readonly at: string } & Happening;

/** Where the engine says what happens. Never throws, never waits. */
export type Tell = (happening: Happening) => void;
