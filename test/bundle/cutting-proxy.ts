import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy on the loopback that cuts the first connection that brings more than `cutAt` bytes, once. */
export const startCuttingProxy = async (to: string, cutAt: number) => {
  const [host = '', port = ''] = to.split(':');
  const counted = { cuts: 0, beforeCut: 0, afterCut: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), host);
    let brought = 0;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on('data', (piece: Buffer) => {
      brought += piece.length;
      if (counted.cuts === 0) counted.beforeCut += piece.length;
      else counted.afterCut += piece.length;
      client.write(piece);
      if (counted.cuts > 0 || brought <= cutAt) return;
      counted.cuts++;
      upstream.pause();
      // What was sent arrives, and then nothing more.
      client.end(() => client.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${address.port}`,
    counted: counted as Readonly<typeof counted>,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};
