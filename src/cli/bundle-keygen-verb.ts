import { writeFileSync } from 'node:fs';
import { newSigningKey } from '../adapters/pki/signing-key.ts';
import { jsonText } from '../report/json.ts';
import { oneLine } from '../spec/cluster-text.ts';
import { Problem } from '../support/problem.ts';
import { askSecret } from './ask-secret.ts';
import { PASSPHRASE } from './bundle-verb.ts';
import type { KeygenOptions } from './options.ts';

const passphraseFor = async (): Promise<string> => {
  const given = await askSecret(PASSPHRASE, 'Passphrase for the new key')();
  if (given) return given;
  throw new Problem('FLAG_INVALID', 'no passphrase was given', { hint: `set ${PASSPHRASE}` });
};

/** Makes a signing key; a file that is there is never overwritten. */
export const keygenVerb = async (options: KeygenOptions): Promise<void> => {
  const { pem, publicKey } = newSigningKey(options.passphrase ? await passphraseFor() : undefined);
  try {
    writeFileSync(options.out, pem, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new Problem('FILE_FOREIGN', `${options.out} cannot be written, or is there already`, {
      hint: 'name another place with -o: a key is never overwritten',
      cause: error,
    });
  }
  const trust = { id: options.id, publicKey };
  if (options.output === 'json') process.stdout.write(jsonText({ path: options.out, ...trust }));
  else {
    process.stderr.write('Whoever shall trust bundles of this key has this line in bundle.trust:\n');
    process.stdout.write(`${oneLine(trust)}\n`);
  }
};
