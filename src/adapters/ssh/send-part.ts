import type { SFTPWrapper } from 'ssh2';
import { type OpenContent, openContent } from '../files/content.ts';
import type { SendPart } from '../posix/put-local.ts';
import type { Line } from './start-on.ts';

const CHUNK = 128 * 1024;
const AT_ONCE = 16;
/** Below this many bytes starting an sftp server costs more than it saves. */
const WORTH_IT = 1 << 20;
const STALLED_MS = 60_000;

const openSftp = ({ client, lost }: Line): Promise<SFTPWrapper | 'full' | undefined> =>
  new Promise((resolve, reject) => {
    try {
      client.sftp((error, sftp) => {
        if (!error) resolve(sftp);
        else resolve('reason' in error ? 'full' : undefined);
      });
    } catch {
      reject(lost());
    }
  });

/** Writes a part file from an offset, several chunks at once. Rejects when the host does not take one. */
const copy = (
  sftp: SFTPWrapper,
  content: OpenContent,
  part: string,
  from: number,
  sent: (bytes: number) => void,
) =>
  new Promise<void>((resolve, reject) => {
    const stalled = setTimeout(() => reject(new Error('stalled')), STALLED_MS);
    const end = (settle: () => void) => {
      clearTimeout(stalled);
      settle();
    };
    sftp.on('error', (error: Error) => end(() => reject(error)));
    sftp.on('close', () => end(() => reject(new Error('closed'))));
    sftp.open(part, 'r+', (refused, handle) => {
      if (refused) return end(() => reject(refused));
      let next = from;
      let done = 0;
      const write = (data: Buffer, at: number) =>
        new Promise<void>((written, failed) =>
          sftp.write(handle, data, 0, data.length, at, (error) => (error ? failed(error) : written())),
        );
      const worker = async () => {
        const buffer = Buffer.allocUnsafe(CHUNK);
        for (;;) {
          const at = next;
          next += CHUNK;
          const read = await content.read(buffer, at);
          if (read === 0) return;
          await write(buffer.subarray(0, read), at);
          stalled.refresh();
          done += read;
          sent(done);
        }
      };
      Promise.all(Array.from({ length: AT_ONCE }, worker)).then(
        () => sftp.close(handle, (error) => end(() => (error ? reject(error) : resolve()))),
        (error: unknown) => end(() => reject(error)),
      );
    });
  });

/**
 * Writes part files by sftp. False when that was not possible or not worth it: whoever asked has a slower way, which
 * also finds out what was wrong.
 */
export const sendPartOn =
  (line: Line): SendPart =>
  (local, part, from, sent) =>
    line.slots.use(async () => {
      if (local.size - from < WORTH_IT) return false;
      const content = await openContent(local);
      try {
        const sftp = await openSftp(line);
        if (sftp === 'full' || sftp === undefined) return sftp ?? false;
        try {
          await copy(sftp, content, part, from, sent);
          return true;
        } catch {
          return false;
        } finally {
          sftp.end();
        }
      } finally {
        await content.close();
      }
    }, line.lost);
