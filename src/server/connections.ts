import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Limits } from '../limit-settings.ts';

/** Drops connections beyond what the process, or one client address, may have. */
export function limitConnections(server: Server, limits: Limits): void {
  server.maxConnections = limits.connections;
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = open.get(address) ?? 0;
    if (count >= limits.connectionsPerAddress) return void socket.destroy();
    open.set(address, count + 1);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}
