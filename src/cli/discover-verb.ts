import { controlAmong, discover } from '../actions/discover.ts';
import { sshScanner } from '../adapters/ssh/scanner.ts';
import type { Found } from '../ports/scanner.ts';
import { jsonText } from '../report/json.ts';
import { table } from '../report/table.ts';
import { newClusterFile } from '../spec/cluster-text.ts';
import { Problem } from '../support/problem.ts';
import { confirm } from './confirm.ts';
import { fail } from './fail.ts';
import type { DiscoverOptions } from './options.ts';

const entry = ({ address, hostKey }: Found) => ({ address, hostKey });

/** Finds SSH servers, has their keys confirmed, and writes the cluster file. */
export const discoverVerb = async (targets: readonly string[], options: DiscoverOptions): Promise<void> => {
  try {
    const found = await discover(sshScanner, targets, options.port);
    if (options.output !== 'text') {
      process.stdout.write(jsonText({ hosts: found }));
      return;
    }
    const rows = found.map(({ address, fingerprint, banner }) => [address, fingerprint, banner]);
    process.stderr.write(`${table([['ADDRESS', 'HOST KEY', 'SERVER'], ...rows])}\n`);
    if (!options.yes && !(await confirm('Are these the keys of your machines?')))
      throw new Problem('CANCELLED', 'not confirmed: nothing was written');
    const control = controlAmong(found, options.control);
    const { user, port, name, k3s: version } = options;
    const ssh = { ...(user === undefined ? {} : { user }), ...(port === 22 ? {} : { port }) };
    process.stdout.write(
      newClusterFile({
        name,
        version,
        control: entry(control),
        hosts: found.filter((one) => one !== control).map(entry),
        ...(Object.keys(ssh).length > 0 ? { ssh } : {}),
      }),
    );
  } catch (error) {
    process.exitCode = fail(error);
  }
};
