import { lives, type ProcessId } from './processes.ts';
import { labDown } from './remove.ts';

// `guard.ts NAME OWNER` takes a test's lab down once the test's process is gone, however it ended.
const [name = '', owner = '{}'] = process.argv.slice(2);
const watched = JSON.parse(owner) as ProcessId;

while (await lives(watched)) await new Promise((resolve) => setTimeout(resolve, 1000));
await labDown(name);
