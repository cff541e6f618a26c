import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../src/domain/clock.ts';
import { textFrame } from '../../src/server/sockets/frame.ts';
import { createLine } from '../../src/server/sockets/line.ts';

test('one who waits for room is woken, also where it was a ping that filled the line', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [socket, { socket: connection }] = await once(server, 'connection');
  const frame = textFrame(Buffer.alloc(500, 'x'), Buffer.alloc(500, 'x'));
  const line = createLine(socket, connection, frame.length);
  let ping = (): void => {};
  const clock: Clock = {
    now: () => 0,
    after(_delayMs, action) {
      ping = action;
      return () => {};
    },
  };
  line.endWhenDead(clock, 1, () => {});
  connection.cork();
  expect(line.offer(frame)).toBe(true);
  ping();
  expect(socket.bufferedAmount).toBeGreaterThan(frame.length);
  const room = line.room();
  connection.uncork();
  // by its pong all that was sent has arrived
  const [answer] = await Promise.all([
    Promise.race([room.then(() => 'room'), once(socket, 'message').then(() => 'none')]),
    once(socket, 'pong').then(() => client.send('something')),
  ]);
  expect(answer).toBe('room');
  client.terminate();
  server.close();
});
