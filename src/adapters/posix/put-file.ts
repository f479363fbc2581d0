import { createHash, randomBytes } from 'node:crypto';
import type { Upload } from '../../ports/shell.ts';
import { Problem } from '../../support/problem.ts';
import { partScript } from './part-script.ts';
import type { Start } from './program.ts';
import { putLocal, type SendPart } from './put-local.ts';
import { PUT_CONTENT } from './put-script.ts';
import type { Privilege } from './sudo.ts';

const WITHIN_MS = 120_000;

/** Writes a file: content in one round trip, a local file in parts that a later try continues. */
export const putFile = async (
  start: Start,
  upload: Upload,
  privilege: Privilege,
  host: string,
  send: SendPart | undefined,
): Promise<void> => {
  const { to, mode, root, from, progress } = upload;
  const basename = to.slice(to.lastIndexOf('/') + 1);
  if (!to.startsWith('/') || basename === '')
    throw new Problem('UPLOAD_FAILED', `${to}: not an absolute path of a file`, { host });
  if ('local' in from) return putLocal(start, { ...upload, from }, privilege, host, send);

  const content = Buffer.from(from.content);
  const digest = createHash('sha256').update(content).digest('hex');
  await partScript(start, privilege, {
    host,
    to,
    size: content.length,
    source: PUT_CONTENT,
    words: [`.${basename}.${randomBytes(6).toString('hex')}.edgectl-part`, mode, root ? '0:0' : ''],
    stdin: Buffer.concat([Buffer.from(`${digest}\n`), content]),
    withinMs: WITHIN_MS,
  });
  progress?.(content.length);
};
