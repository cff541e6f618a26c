import type { Writable } from 'node:stream';
import { WebSocket } from 'ws';
import type { Clock } from '../../domain/clock.ts';
import { cutReason } from './messages.ts';

/** The sending end of a socket, with bounds on what waits to be sent. */
export interface Line {
  /** Settles once the text is with the operating system, or the socket is gone. */
  send(text: string): Promise<void>;
  /**
   * Sends a whole frame at once, past what a socket does for each message: the frame may be the same for thousands.
   * False: that was all there is room for.
   */
  readonly offer: (frame: Buffer) => boolean;
  /** Resolves once there is room, so that a slow reader slows its sources, or the socket is gone. */
  readonly room: () => Promise<void>;
  close(code: number, reason: string): void;
  /**
   * Pings, and ends the connection to a peer of whom nothing is heard from one ping to the next. Where what was sent
   * still waits to be read, it is `onStalled` that ends it.
   */
  endWhenDead(clock: Clock, pingMs: number, onStalled: () => void): void;
}

/** Beyond `maxUnsentBytes` nothing more is read: who asks without reading the answers has to wait. */
export function createLine(socket: WebSocket, connection: Writable, maxUnsentBytes: number): Line {
  let waiting: (() => void)[] = [];

  const isFull = (): boolean =>
    socket.bufferedAmount > maxUnsentBytes && socket.readyState === WebSocket.OPEN;

  function readOn(): void {
    if (isFull()) return;
    if (socket.isPaused) socket.resume();
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  }

  function stopReadingIfFull(): void {
    if (isFull()) socket.pause();
  }

  function send(text: string): Promise<void> {
    if (socket.readyState !== WebSocket.OPEN) return Promise.resolve();
    return new Promise((resolve) => {
      socket.send(text, () => {
        resolve();
        readOn();
      });
      stopReadingIfFull();
    });
  }

  socket.on('close', readOn);
  socket.on('ping', (data) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.pong(data, false, readOn);
    stopReadingIfFull();
  });
  return {
    send,
    offer(frame) {
      if (socket.readyState !== WebSocket.OPEN) return true;
      if (connection.writableLength + frame.length <= maxUnsentBytes) {
        connection.write(frame);
        return true;
      }
      connection.write(frame, readOn);
      stopReadingIfFull();
      return !isFull();
    },
    async room() {
      while (isFull()) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    close(code, reason) {
      // the peer's own close has to be read
      if (socket.isPaused) socket.resume();
      socket.close(code, cutReason(reason));
    },
    endWhenDead(clock, pingMs, onStalled) {
      let isAlive = true;
      const markAlive = (): void => {
        isAlive = true;
      };
      for (const event of ['message', 'ping', 'pong']) socket.on(event, markAlive);
      let cancel = clock.after(pingMs, look);
      function look(): void {
        if (!isAlive) return socket.bufferedAmount > 0 ? onStalled() : socket.terminate();
        isAlive = false;
        socket.ping(undefined, false, readOn);
        cancel = clock.after(pingMs, look);
      }
      socket.on('close', () => cancel());
    },
  };
}
